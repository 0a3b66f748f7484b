/** The leads on this phone: copies of what the server last said. */
import { Refused, Unreachable } from '../../api/http'
import { getActivities } from '../../api/activities'
import { getLeadPage, type Lead } from '../../api/leads'
import type { LeadState } from '../../api/sync'
import { db, type Account, type StoredLead } from '../../db/database'
import { value } from '../../lib/value'
import { activeAccount, asMember } from '../session/session'

/** More than this is not one rep's patch; the phone says so instead of freezing. */
export const MOST_LEADS = 10_000

const FRESH_MS = 60_000

export interface SyncStatus {
  loading: boolean
  problem: string | null
}

export const syncStatus = value<SyncStatus>({ loading: false, problem: null })

/** Keeps a lead unless what is here is newer: answers may overtake each other. */
export async function keepLead(account: Account, lead: Lead): Promise<void> {
  const known = await db.leads.get([account, lead.id])
  if (known && known.lead.version > lead.version) return
  await db.leads.put({ account, id: lead.id, lead })
}

/** Takes over how a lead stands now, unless what is here is newer; what it is called stays as it was told. */
export async function keepState(account: Account, state: LeadState): Promise<void> {
  const known = await db.leads.get([account, state.id])
  if (!known || known.lead.version > state.version) return
  await db.leads.put({ account, id: state.id, lead: { ...known.lead, ...state } })
}

async function replaceAll(account: Account, leads: readonly Lead[], truncated: boolean): Promise<void> {
  await db.transaction('rw', [db.session, db.leads, db.marks], async () => {
    if ((await activeAccount()) !== account) return
    const known = new Map(
      (await db.leads.where('account').equals(account).toArray()).map((row) => [row.id, row]),
    )
    const rows = leads.map((lead): StoredLead => {
      const here = known.get(lead.id)
      return here && here.lead.version > lead.version ? here : { account, id: lead.id, lead }
    })
    const listed = new Set(leads.map((lead) => lead.id))
    await db.leads.bulkDelete([...known.keys()].filter((id) => !listed.has(id)).map((id) => [account, id]))
    await db.leads.bulkPut(rows)
    await db.marks.put({ account, synced_at: new Date().toISOString(), truncated })
  })
}

async function fetchAll(account: Account): Promise<void> {
  const leads = new Map<string, Lead>()
  const first = (await db.leads.where('account').equals(account).count()) === 0
  let cursor: string | null = null
  do {
    const page = await asMember(() => getLeadPage(cursor))
    for (const lead of page.items) leads.set(lead.id, lead)
    // On an empty phone the first page shows at once; later syncs change the list in one step.
    if (first && cursor === null)
      await db.leads.bulkPut(page.items.map((lead) => ({ account, id: lead.id, lead })))
    cursor = page.next_cursor
  } while (cursor !== null && leads.size < MOST_LEADS)
  await replaceAll(account, [...leads.values()].slice(0, MOST_LEADS), cursor !== null)
}

/** Fetches every lead this member may see. What is here stays when the server cannot be reached. */
export async function syncLeads(account: Account): Promise<void> {
  if (syncStatus.get().loading) return
  syncStatus.set({ loading: true, problem: null })
  let problem: string | null = null
  try {
    await fetchAll(account)
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error
    problem = error.message
  } finally {
    syncStatus.set({ loading: false, problem })
  }
}

/** Fetches the leads unless that was done within the last minute. */
export async function syncIfStale(account: Account): Promise<void> {
  const mark = await db.marks.get(account)
  if (!mark || Date.now() - Date.parse(mark.synced_at) > FRESH_MS) await syncLeads(account)
}

/** Fetches a lead's last activities; returns false when the server could not be asked. */
export async function syncHistory(account: Account, leadId: string): Promise<boolean> {
  try {
    const items = await asMember(() => getActivities(leadId))
    await db.histories.put({ account, lead_id: leadId, items, fetched_at: new Date().toISOString() })
    return true
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Refused) return false
    throw error
  }
}
