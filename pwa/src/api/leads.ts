import { call, type Schema } from './client'
import { asObject, Unreachable } from './http'

export type Address = Schema<'AddressOut'>
export type Lead = Schema<'LeadOut'>
export type LeadPage = Schema<'Page_LeadOut_'>

/** A lead in an answer; only its id is checked, the rest is shown as it comes. */
export function asLead(body: unknown): Lead {
  const value = asObject(body)
  if (typeof value['id'] !== 'string') throw new Unreachable('The answer did not come from Outbound.')
  return value as unknown as Lead
}

/** One page of the leads this member may see. `limit` is at most 500. */
export async function getLeadPage(cursor: string | null, limit = 500): Promise<LeadPage> {
  const page = await call('get', '/api/leads/outbound', { query: { limit, ...(cursor ? { cursor } : {}) } })
  if (!Array.isArray(page.items)) throw new Unreachable('The answer did not come from Outbound.')
  return { items: page.items.map(asLead), next_cursor: page.next_cursor ?? null }
}
