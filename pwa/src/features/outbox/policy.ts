/** What to do with an answer, when to try again, what to send next. Pure: no clock, no storage, no network. */
import { Refused, Unreachable } from '../../api/http'
import type { OutboxItem } from '../../db/database'

export const FIRST_WAIT_MS = 2_000
export const LONGEST_WAIT_MS = 5 * 60_000

export type Verdict =
  /** Try this one again later; `everything` when the others would fare no better now. */
  | { kind: 'retry'; everything: boolean; reason: string; waitMs?: number }
  /** The server read it and said no; kept, with its sentence. */
  | { kind: 'rejected'; reason: string }
  | { kind: 'signed_out' }

const TRY_LATER = new Set([408, 425, 429])

/** Judges a failed attempt. Errors that are neither the server's nor the network's are faults and go on up. */
export function judge(error: unknown): Verdict {
  if (error instanceof Unreachable) return { kind: 'retry', everything: true, reason: error.message }
  if (!(error instanceof Refused)) throw error
  if (error.status === 401) return { kind: 'signed_out' }
  if (error.status < 500 && !TRY_LATER.has(error.status)) return { kind: 'rejected', reason: error.message }
  const everything = error.status === 429 || error.status === 503
  const wait = error.retryAfterMs === undefined ? {} : { waitMs: error.retryAfterMs }
  return { kind: 'retry', everything, reason: error.message, ...wait }
}

/** Milliseconds to wait after the given number of failures: doubling, with up to half taken off by chance. */
export function backOff(failures: number, chance: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS)
  return Math.round(full * (1 - chance / 2))
}

export const MOST_AT_ONCE = 50

/**
 * What goes next: the waiting items that are due, in the order of capture, and never before an earlier one of the
 * same lead. Those of a batch that failed as a whole go one by one, so that one bad item holds nothing back.
 */
export function nextToSend(waiting: readonly OutboxItem[], nowMs: number): OutboxItem[] {
  const held = new Set<string>()
  const due: OutboxItem[] = []
  for (const item of [...waiting].sort((a, b) => a.seq - b.seq)) {
    if (item.not_before <= nowMs && !held.has(item.lead_id)) due.push(item)
    else held.add(item.lead_id)
  }
  const first = due[0]
  if (first?.alone) return [first]
  const alone = due.findIndex((item) => item.alone)
  return due.slice(0, alone < 0 ? MOST_AT_ONCE : Math.min(alone, MOST_AT_ONCE))
}

/** When the next attempt is due, in milliseconds since 1970; undefined when nothing waits. */
export function nextDue(waiting: readonly OutboxItem[]): number | undefined {
  return waiting.length ? Math.min(...waiting.map((item) => item.not_before)) : undefined
}
