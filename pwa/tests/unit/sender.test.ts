import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { db } from '../../src/db/database'
import * as queue from '../../src/features/outbox/queue'
import { send, sendNow, stopSending } from '../../src/features/outbox/sender'
import { enter } from '../../src/features/session/session'
import { keepLead } from '../../src/features/leads/store'
import type { Lead } from '../../src/api/leads'
import { identity, json, noConnection, problem, stubFetch, type Asked, type Reply } from './stand-in'

const ACCOUNT = 'org:rep'

async function capture(id: string, lead: string, account = ACCOUNT): Promise<void> {
  await queue.add({
    account,
    lead_id: lead,
    label: lead,
    activity: { id, type: 'DOOR_KNOCK', result: 'NOT_HOME', occurred_at: '2026-01-01T00:00:00.000Z' },
    not_before: 0,
  })
}

interface Operation {
  id: string
  kind: string
  data: { lead_id: string }
}

const sentIn = (asked: Asked): Operation[] => (asked.body?.['operations'] ?? []) as Operation[]

const result = ({ id, kind, data }: Operation, more: object = {}): object => ({
  id,
  kind,
  status: 'applied',
  reason: null,
  state: { lead: { id: data.lead_id, stage: 'CONTACTED', version: 2 } },
  ...more,
})

/** Answers a batch; `more` changes the results of those it names. */
const answering =
  (more: Record<string, object> = {}) =>
  (asked: Asked): Response =>
    json(200, {
      results: sentIn(asked).map((one) => result(one, more[one.id])),
      settled: [],
      server_time: '',
    })

const taken = answering()

/** The API: /me answers, and each batch takes the next reply, or is taken. */
function serve(
  replies: ((asked: Asked) => Reply | Promise<Reply>)[] = [],
  me: () => Reply = () => json(200, identity('rep')),
): Asked[] {
  return stubFetch((asked) => (asked.path === '/api/me' ? me() : (replies.shift() ?? taken)(asked)))
}

const posts = (asked: Asked[]): string[] =>
  asked
    .filter((one) => one.path === '/api/sync')
    .map((one) =>
      sentIn(one)
        .map((each) => each.id)
        .join(' '),
    )
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await db.outbox.toArray()).map((item) => [item.id, item.state]))

beforeEach(async () => {
  await Promise.all([db.outbox.clear(), db.leads.clear(), db.session.clear()])
  await enter(identity('rep'))
})
afterEach(() => {
  stopSending()
  vi.unstubAllGlobals()
})

describe('sending the outbox', () => {
  it('sends in the order of capture, each with the time of sending, and keeps the receipt', async () => {
    const asked = serve()
    await capture('k1', 'lead-b')
    await capture('k2', 'lead-a')
    await keepLead(ACCOUNT, { id: 'lead-a', stage: 'COLD', version: 1, first_name: 'Ana' } as Lead)
    await send()
    expect(posts(asked)).toEqual(['k1 k2'])
    expect(sentIn(asked.at(-1)!)[0]).toMatchObject({
      kind: 'activity',
      occurred_at: '2026-01-01T00:00:00.000Z',
      data: { lead_id: 'lead-b', type: 'DOOR_KNOCK', result: 'NOT_HOME' },
    })
    expect(asked.at(-1)?.body?.['client_sent_at']).toMatch(/Z$/)
    expect(await states()).toEqual({ k1: 'sent', k2: 'sent' })
    expect((await db.leads.get([ACCOUNT, 'lead-a']))?.lead).toMatchObject({
      stage: 'CONTACTED',
      version: 2,
      first_name: 'Ana',
    })
  })

  it('takes a knock that was there already as done', async () => {
    serve([answering({ k1: { status: 'duplicate', state: {} } })])
    await capture('k1', 'a')
    await send()
    expect(await states()).toEqual({ k1: 'sent' })
  })

  it('keeps a knock waiting whose lead has not arrived at the server', async () => {
    serve([answering({ k1: { status: 'deferred', reason: 'It waits for its lead.', state: {} } })])
    await capture('k1', 'a')
    await capture('k2', 'b')
    await send()
    expect(await states()).toEqual({ k1: 'waiting', k2: 'sent' })
    expect((await db.outbox.get({ id: 'k1' }))?.error).toBe('It waits for its lead.')
    await sendNow()
    expect(await states()).toEqual({ k1: 'sent', k2: 'sent' })
  })

  it('keeps everything and stops at the first lost connection, and sends the same ids later', async () => {
    const asked = serve([noConnection])
    await capture('k1', 'a')
    await capture('k2', 'b')
    await send()
    expect(posts(asked)).toEqual(['k1 k2'])
    expect(await states()).toEqual({ k1: 'waiting', k2: 'waiting' })
    await sendNow()
    expect(posts(asked)).toEqual(['k1 k2', 'k1 k2'])
    expect(await states()).toEqual({ k1: 'sent', k2: 'sent' })
  })

  it('sends at once what the rep asks for while an attempt is under way that fails', async () => {
    let fail = (_: Response): void => {}
    const underWay = new Promise<Response>((answer) => (fail = answer))
    const asked = serve([() => underWay])
    await capture('k1', 'a')
    const first = send()
    await vi.waitFor(() => expect(posts(asked)).toEqual(['k1']))
    const now = sendNow()
    await states() // by then its waits are cleared
    await states()
    fail(problem(503, 'The server is busy.'))
    await Promise.all([first, now])
    expect(posts(asked)).toEqual(['k1', 'k1'])
    expect(await states()).toEqual({ k1: 'sent' })
  })

  it('does not hold other leads back behind one that the server fails on', async () => {
    const fault = (): Response => problem(500, 'The server had a fault.')
    const asked = serve([fault, fault])
    await capture('k1', 'a')
    await capture('k2', 'a')
    await capture('k3', 'b')
    await send()
    expect(posts(asked)).toEqual(['k1 k2 k3', 'k1', 'k3'])
    expect(await states()).toEqual({ k1: 'waiting', k2: 'waiting', k3: 'sent' })
    expect((await db.outbox.get({ id: 'k1' }))?.not_before).toBeGreaterThan(Date.now())
  })

  it('keeps a refused knock with the sentence of the server, and goes on', async () => {
    serve([answering({ k1: { status: 'conflict', reason: 'This lead was merged.' } })])
    await capture('k1', 'a')
    await capture('k2', 'a')
    await send()
    expect(await states()).toEqual({ k1: 'rejected', k2: 'sent' })
    expect((await db.outbox.get({ id: 'k1' }))?.error).toBe('This lead was merged.')
  })

  it('does not believe an answer that is not the API’s', async () => {
    serve([
      () => new Response('<h1>Hotel</h1>', { status: 200, headers: { 'Content-Type': 'text/html' } }),
      () => json(200, { welcome: true }),
      () => json(200, { results: [], settled: [] }),
      () => json(200, { results: [result({ id: 'another', kind: 'activity', data: { lead_id: 'a' } })] }),
    ])
    await capture('k1', 'a')
    for (let round = 0; round < 4; round += 1) {
      await sendNow()
      expect(await states()).toEqual({ k1: 'waiting' })
    }
    await sendNow()
    expect(await states()).toEqual({ k1: 'sent' })
  })

  it('ends the session on 401 and keeps the knock', async () => {
    serve([() => problem(401, 'Sign in first.')])
    await capture('k1', 'a')
    await send()
    expect(await states()).toEqual({ k1: 'waiting' })
    expect((await db.session.get('session'))?.state).toBe('ended')
  })

  it('never sends one user’s knocks under the cookie of another', async () => {
    const asked = serve([], () => json(200, identity('other')))
    await capture('k1', 'a')
    await capture('k2', 'a', 'org:other')
    await send()
    expect(posts(asked)).toEqual(['k2'])
    expect(await states()).toEqual({ k1: 'waiting', k2: 'sent' })
  })

  it('sends a knock once when asked twice at the same time', async () => {
    const asked = serve()
    await capture('k1', 'a')
    await Promise.all([send(), send(), sendNow()])
    expect(posts(asked)).toEqual(['k1'])
  })

  it('does not change a knock that the server may already have', async () => {
    serve([noConnection])
    await capture('k1', 'a')
    await send()
    await queue.addPosition('k1', { lat: 1, lon: 2 })
    expect((await db.outbox.get({ id: 'k1' }))?.activity.lat).toBeUndefined()
  })
})
