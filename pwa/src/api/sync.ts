/** What was done offline, sent in one batch. */
import type { CapturedActivity } from './activities'
import { call, type Schema } from './client'
import { asObject, Unreachable } from './http'
import type { Lead } from './leads'

export interface Captured {
  lead_id: string
  activity: CapturedActivity
}

/** How a lead stands on the server, after what was sent. */
export type LeadState = Pick<Lead, 'id' | 'version'> &
  Partial<
    Pick<
      Lead,
      'stage' | 'owner_id' | 'territory_id' | 'due_at' | 'next_action_at' | 'last_activity_at' | 'sla_state'
    >
  >

export interface Receipt {
  id: string
  status: Schema<'ResultOut'>['status']
  reason: string | null
  lead: LeadState | null
}

type Sent = Schema<'SyncIn'>['operations'][number]

function operation({ lead_id, activity }: Captured): Sent {
  const { id, occurred_at, ...data } = activity
  return { kind: 'activity', id, occurred_at, data: { lead_id, ...data } }
}

function leadState(state: unknown): LeadState | null {
  const lead = asObject(state ?? {})['lead']
  if (lead === undefined || lead === null) return null
  const value = asObject(lead)
  return typeof value['id'] === 'string' && typeof value['version'] === 'number'
    ? (value as unknown as LeadState)
    : null
}

/**
 * Sends what was captured, and returns one receipt each, in the same order. A knock counts as answered only if the
 * answer names its id: anything else that says 200 may be a captive portal.
 */
export async function postSync(captured: readonly Captured[], sentAt: Date): Promise<Receipt[]> {
  const answer = await call('post', '/api/sync', {
    body: { client_sent_at: sentAt.toISOString(), operations: captured.map(operation) },
  })
  const results: unknown = answer.results
  if (!Array.isArray(results) || results.length !== captured.length)
    throw new Unreachable('The server did not confirm these knocks.')
  return captured.map(({ activity }, place) => {
    const result = asObject(results[place])
    if (result['id'] !== activity.id) throw new Unreachable('The server did not confirm this knock.')
    return {
      id: activity.id,
      status: result['status'] as Receipt['status'],
      reason: typeof result['reason'] === 'string' ? result['reason'] : null,
      lead: leadState(result['state']),
    }
  })
}
