/** Sends what waits, in batches, in order, in one tab at a time, only for the account the server confirms. */
import { postSync, type Receipt } from '../../api/sync'
import { Unreachable } from '../../api/http'
import type { Account, OutboxItem } from '../../db/database'
import { value } from '../../lib/value'
import { activeAccount, confirmAccount, endSession } from '../session/session'
import { backOff, judge, nextDue, nextToSend } from './policy'
import * as queue from './queue'

export interface SendingStatus {
  sending: boolean
  /** Why the last round stopped early, in words; null when it went through. */
  problem: string | null
}

export const sendingStatus = value<SendingStatus>({ sending: false, problem: null })

const LOCK = 'outbound-outbox'
const PAUSE_LONGEST_MS = 60_000

let current: Promise<void> | null = null
let again = false
let atOnce = false
let timer: ReturnType<typeof setTimeout> | undefined
let roundsFailed = 0

type Sent = 'next' | 'stop'

/** Writes down what became of one item of a batch. */
async function settle(item: OutboxItem, receipt: Receipt): Promise<void> {
  switch (receipt.status) {
    case 'applied':
    case 'duplicate':
      return queue.markSent(item, receipt.lead, new Date())
    case 'conflict':
    case 'rejected':
      return queue.markRejected(item, receipt.reason ?? 'The server refused this.')
    default: {
      // Deferred: the server keeps it until what it names arrives; the phone keeps it until it is applied.
      const reason = receipt.reason ?? 'The server waits for something else first.'
      return queue.markForRetry(item, reason, Date.now() + backOff(item.attempts + 1, Math.random()))
    }
  }
}

async function fail(
  items: readonly OutboxItem[],
  error: unknown,
): Promise<{ then: Sent; problem: string | null }> {
  const verdict = judge(error)
  if (verdict.kind === 'signed_out') {
    await endSession()
    return { then: 'stop', problem: 'Sign in again to send.' }
  }
  const isOne = items.length === 1
  if (!isOne && (verdict.kind === 'rejected' || !verdict.everything)) {
    await queue.markAlone(items) // one of them is at fault; the others need not wait for it
    return { then: 'next', problem: null }
  }
  for (const item of items) {
    if (verdict.kind === 'rejected') {
      await queue.markRejected(item, verdict.reason)
      continue
    }
    const wait = verdict.waitMs ?? backOff(item.attempts + 1, Math.random())
    await queue.markForRetry(item, verdict.reason, Date.now() + wait)
  }
  if (verdict.kind === 'rejected') return { then: 'next', problem: null }
  return { then: verdict.everything ? 'stop' : 'next', problem: verdict.reason }
}

async function sendBatch(items: readonly OutboxItem[]): Promise<{ then: Sent; problem: string | null }> {
  await queue.markTried(items)
  let receipts: Receipt[]
  try {
    receipts = await postSync(items, new Date())
  } catch (error) {
    return fail(items, error)
  }
  for (const [place, item] of items.entries()) {
    const receipt = receipts[place]
    if (receipt) await settle(item, receipt)
  }
  return { then: 'next', problem: null }
}

async function sendAll(account: Account): Promise<string | null> {
  let problem: string | null = null
  for (;;) {
    const items = nextToSend(await queue.waiting(account), Date.now())
    if (items.length === 0) return problem
    // Another tab may have signed in as somebody else since: the cookie is no longer this account's.
    if ((await activeAccount()) !== account) return problem
    const outcome = await sendBatch(items)
    problem = outcome.problem ?? problem
    if (outcome.then === 'stop') return problem
  }
}

async function round(): Promise<void> {
  const account = await activeAccount()
  if (account && atOnce) {
    atOnce = false
    roundsFailed = 0
    await queue.clearWaits(account)
  }
  if (!account || !(await queue.waiting(account)).some((item) => item.not_before <= Date.now())) return
  sendingStatus.set({ sending: true, problem: sendingStatus.get().problem })
  let problem: string | null = null
  try {
    const confirmed = await confirmAccount()
    if (confirmed) problem = await sendAll(confirmed)
  } catch (error) {
    const verdict = judge(error)
    problem = verdict.kind === 'retry' || verdict.kind === 'rejected' ? verdict.reason : null
    if (!(error instanceof Unreachable) && problem === null) throw error
  } finally {
    roundsFailed = problem ? roundsFailed + 1 : 0
    sendingStatus.set({ sending: false, problem })
  }
}

async function wakeWhenDue(): Promise<void> {
  clearTimeout(timer)
  const account = await activeAccount()
  const due = account ? nextDue(await queue.waiting(account)) : undefined
  if (due === undefined) return
  const pause = roundsFailed ? Math.min(backOff(roundsFailed, Math.random()), PAUSE_LONGEST_MS) : 0
  timer = setTimeout(() => void send(), Math.max(due - Date.now(), pause, 0))
}

async function locked(work: () => Promise<void>): Promise<void> {
  // Web Locks exist only where the origin is trusted; without them there is no second tab to fear but this one.
  if (!('locks' in navigator)) return work()
  await navigator.locks.request(LOCK, work)
}

/** Sends what is due. Calls while a round runs join it, and cause one more round after it. */
export function send(): Promise<void> {
  if (current) {
    again = true
    return current
  }
  current = (async () => {
    try {
      do {
        again = false
        await locked(round)
      } while (again)
    } finally {
      current = null
      await wakeWhenDue()
    }
  })()
  return current
}

/** Forgets the next attempt that was planned; what waits stays in the outbox. */
export function stopSending(): void {
  clearTimeout(timer)
}

/** Sends at start, when the signal returns, and when the rep looks at the phone again. */
export function startSending(): () => void {
  const now = (): void => void sendNow()
  const seen = (): void => {
    if (document.visibilityState === 'visible') void send()
  }
  addEventListener('online', now)
  document.addEventListener('visibilitychange', seen)
  void send()
  return () => {
    stopSending()
    removeEventListener('online', now)
    document.removeEventListener('visibilitychange', seen)
  }
}

/** Sends everything that waits, back-off or not; also what a round that still runs puts off by then. */
export function sendNow(): Promise<void> {
  atOnce = true
  return send()
}
