import { call, type Schema } from './client'
import { Unreachable } from './http'

export type Activity = Schema<'ActivityOut'>

type Fields = Schema<'ActivityIn'>

/** What the rep captured. `id` is made on the phone, so that sending it twice is sending it once. */
export interface CapturedActivity extends Pick<Fields, 'occurred_at'> {
  id: string
  type: 'DOOR_KNOCK'
  result: NonNullable<Fields['result']>
  notes?: string
  lat?: number
  lon?: number
  follow_up_at?: string
}

export async function getActivities(leadId: string, limit = 10): Promise<Activity[]> {
  const page = await call('get', '/api/leads/{lead_id}/activities', {
    path: { lead_id: leadId },
    query: { limit },
  })
  if (!Array.isArray(page.items)) throw new Unreachable('The answer did not come from Outbound.')
  return page.items
}
