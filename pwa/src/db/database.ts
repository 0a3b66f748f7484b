/** What this phone keeps. The outbox is never cleared by the app; leads and activities are copies. */
import { Dexie, type EntityTable, type Table } from 'dexie'
import type { Activity, CapturedActivity } from '../api/activities'
import type { Lead } from '../api/leads'
import type { Identity } from '../api/session'

/** `org:user`; everything kept here belongs to one. */
export type Account = string

export const accountOf = (identity: Identity): Account => `${identity.organisation.id}:${identity.user.id}`

/** waiting: not yet acknowledged. rejected: the server said no. set_aside: rejected and put away by the rep. */
export type OutboxState = 'waiting' | 'sent' | 'rejected' | 'set_aside'

export interface OutboxItem {
  seq: number
  id: string
  account: Account
  lead_id: string
  /** What the lead was called when the knock was logged, so that the outbox reads without the lead. */
  label: string
  activity: CapturedActivity
  state: OutboxState
  attempts: number
  /** A batch with it failed as a whole: it goes by itself from then on. */
  alone?: boolean
  /** Milliseconds since 1970 before which it is not sent: back-off, or a position still being read. */
  not_before: number
  error: string | null
  sent_at: string | null
}

export interface StoredLead {
  account: Account
  id: string
  lead: Lead
}

export interface StoredHistory {
  account: Account
  lead_id: string
  items: Activity[]
  fetched_at: string
}

export interface StoredSession {
  key: 'session'
  identity: Identity
  /** `ended` once the server answered 401: the work is kept, the screen asks to sign in. */
  state: 'active' | 'ended'
}

export interface SyncMark {
  account: Account
  synced_at: string
  truncated: boolean
}

export class Database extends Dexie {
  outbox!: EntityTable<OutboxItem, 'seq'>
  leads!: Table<StoredLead, [Account, string]>
  histories!: Table<StoredHistory, [Account, string]>
  session!: Table<StoredSession, 'session'>
  marks!: Table<SyncMark, Account>

  constructor(name = 'outbound') {
    super(name)
    this.version(1).stores({
      outbox: '++seq, &id, state, [account+state], [account+lead_id]',
      leads: '[account+id], account',
      histories: '[account+lead_id], account',
      session: 'key',
      marks: 'account',
    })
  }
}

export const db = new Database()
