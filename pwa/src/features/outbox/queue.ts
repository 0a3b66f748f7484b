/** The outbox as stored. Rows change state; none is ever deleted. */
import type { CapturedActivity } from '../../api/activities'
import type { LeadState } from '../../api/sync'
import { db, type Account, type OutboxItem } from '../../db/database'
import { keepState } from '../leads/store'

export interface Captured {
  account: Account
  lead_id: string
  label: string
  activity: CapturedActivity
  not_before: number
}

export async function add(captured: Captured): Promise<void> {
  await db.outbox.add({
    ...captured,
    id: captured.activity.id,
    state: 'waiting',
    attempts: 0,
    error: null,
    sent_at: null,
  })
}

export async function waiting(account: Account): Promise<OutboxItem[]> {
  return db.outbox.where('[account+state]').equals([account, 'waiting']).sortBy('seq')
}

/** Adds the position that arrived after the tap, unless the knock has already been tried as it was. */
export async function addPosition(id: string, position: { lat: number; lon: number } | null): Promise<void> {
  await db.outbox
    .where('id')
    .equals(id)
    .modify((item) => {
      if (item.state !== 'waiting' || item.attempts > 0) return
      item.not_before = 0
      if (position) item.activity = { ...item.activity, ...position }
    })
}

/** Counts an attempt before it is made: from then on the body must not change, the server may have it. */
export async function markTried(items: readonly OutboxItem[]): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    for (const item of items) await db.outbox.update(item.seq, { attempts: item.attempts + 1 })
  })
}

export async function markAlone(items: readonly OutboxItem[]): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    for (const item of items) await db.outbox.update(item.seq, { alone: true })
  })
}

export async function markSent(item: OutboxItem, lead: LeadState | null, sentAt: Date): Promise<void> {
  await db.transaction('rw', [db.outbox, db.leads], async () => {
    await db.outbox.update(item.seq, { state: 'sent', sent_at: sentAt.toISOString(), error: null })
    if (lead) await keepState(item.account, lead)
  })
}

export async function markRejected(item: OutboxItem, reason: string): Promise<void> {
  await db.outbox.update(item.seq, { state: 'rejected', error: reason })
}

export async function markForRetry(item: OutboxItem, reason: string, notBefore: number): Promise<void> {
  await db.outbox.update(item.seq, { error: reason, not_before: notBefore })
}

/** The rep asks: everything that waits may go at once. */
export async function clearWaits(account: Account): Promise<void> {
  await db.outbox.where('[account+state]').equals([account, 'waiting']).modify({ not_before: 0 })
}

export async function sendAgain(seq: number): Promise<void> {
  await db.outbox.update(seq, { state: 'waiting', not_before: 0, error: null })
}

export async function setAside(seq: number): Promise<void> {
  await db.outbox.update(seq, { state: 'set_aside' })
}
