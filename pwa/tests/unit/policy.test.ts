import { describe, expect, it } from 'vitest'
import { Refused, Unreachable } from '../../src/api/http'
import type { OutboxItem } from '../../src/db/database'
import {
  backOff,
  judge,
  LONGEST_WAIT_MS,
  MOST_AT_ONCE,
  nextDue,
  nextToSend,
} from '../../src/features/outbox/policy'

function item(seq: number, lead: string, notBefore = 0): OutboxItem {
  return {
    seq,
    id: `id-${seq}`,
    account: 'o:u',
    lead_id: lead,
    label: '',
    activity: {
      id: `id-${seq}`,
      type: 'DOOR_KNOCK',
      result: 'NOT_HOME',
      occurred_at: '2026-01-01T00:00:00Z',
    },
    state: 'waiting',
    attempts: 0,
    not_before: notBefore,
    error: null,
    sent_at: null,
  }
}

describe('judge', () => {
  it.each([400, 403, 404, 409, 422])('keeps a %i as refused, with the sentence of the server', (status) => {
    expect(judge(new Refused(status, 'Not this one.'))).toEqual({ kind: 'rejected', reason: 'Not this one.' })
  })

  it.each([500, 502, 504, 408, 425])('tries a %i again without holding back the others', (status) => {
    expect(judge(new Refused(status, 'x'))).toMatchObject({ kind: 'retry', everything: false })
  })

  it('holds everything back when there is no connection, or the server asks for time', () => {
    expect(judge(new Unreachable('x'))).toMatchObject({ kind: 'retry', everything: true })
    expect(judge(new Refused(429, 'x', 7_000))).toMatchObject({
      kind: 'retry',
      everything: true,
      waitMs: 7_000,
    })
    expect(judge(new Refused(503, 'x'))).toMatchObject({ kind: 'retry', everything: true })
    expect(judge(new Refused(503, 'x', 7_000))).toMatchObject({ kind: 'retry', waitMs: 7_000 })
    expect(judge(new Refused(429, 'x', 60_000))).toMatchObject({ kind: 'retry', waitMs: 60_000 })
  })

  it('tells a lost session from a refusal', () => {
    expect(judge(new Refused(401, 'x'))).toEqual({ kind: 'signed_out' })
  })

  it('does not take a fault of the app for an answer', () => {
    expect(() => judge(new RangeError('bug'))).toThrow('bug')
  })
})

describe('backOff', () => {
  it('doubles from two seconds, by chance up to half less, and never exceeds five minutes', () => {
    expect([1, 2, 3, 4].map((failures) => backOff(failures, 0))).toEqual([2_000, 4_000, 8_000, 16_000])
    expect(backOff(3, 1)).toBe(4_000)
    expect(backOff(400, 0)).toBe(LONGEST_WAIT_MS)
  })
})

const seqs = (items: readonly OutboxItem[]): number[] => items.map((one) => one.seq)

describe('nextToSend', () => {
  it('takes all that is due in the order of capture, whatever order storage gives', () => {
    expect(seqs(nextToSend([item(3, 'a'), item(1, 'b'), item(2, 'c')], 10))).toEqual([1, 2, 3])
  })

  it('passes over what is not yet due, and everything later of the same lead', () => {
    const waiting = [item(1, 'a', 100), item(2, 'a'), item(3, 'b')]
    expect(seqs(nextToSend(waiting, 10))).toEqual([3])
    expect(seqs(nextToSend(waiting, 100))).toEqual([1, 2, 3])
  })

  it('takes only so many at once', () => {
    const waiting = Array.from({ length: MOST_AT_ONCE + 5 }, (_, place) => item(place + 1, `l${place}`))
    expect(nextToSend(waiting, 10)).toHaveLength(MOST_AT_ONCE)
  })

  it('sends by itself what failed in a batch', () => {
    const alone = { ...item(2, 'b'), alone: true }
    expect(seqs(nextToSend([item(1, 'a'), alone, item(3, 'c')], 10))).toEqual([1])
    expect(seqs(nextToSend([alone, item(3, 'c')], 10))).toEqual([2])
  })

  it('sends nothing when nothing is due', () => {
    expect(nextToSend([item(1, 'a', 100)], 10)).toEqual([])
    expect(nextDue([item(1, 'a', 100), item(2, 'b', 50)])).toBe(50)
    expect(nextDue([])).toBeUndefined()
  })
})
