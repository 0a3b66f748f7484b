/** Which leads show, and in which order. */
import type { Lead } from '../../api/leads'

export type Order = 'due' | 'street'

export interface Filter {
  text: string
  /** Empty: every stage. */
  stages: ReadonlySet<string>
  mine: boolean
  order: Order
}

export const EVERYTHING: Filter = { text: '', stages: new Set(), mine: false, order: 'due' }

export function leadName(lead: Lead): string {
  const name = [lead.first_name, lead.last_name].filter(Boolean).join(' ')
  return name || lead.address?.line || 'No name'
}

export function addressLine(lead: Lead): string {
  const { address } = lead
  if (!address) return 'No address'
  return address.unit ? `${address.line}, ${address.unit}` : address.line
}

export function addressRest(lead: Lead): string {
  const { address } = lead
  if (!address) return ''
  return [address.city, [address.state, address.postcode].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ')
}

const haystacks = new WeakMap<Lead, string>()

function haystack(lead: Lead): string {
  let text = haystacks.get(lead)
  if (text === undefined) {
    text = [leadName(lead), addressLine(lead), addressRest(lead), lead.phone, lead.email]
      .join(' ')
      .toLowerCase()
    haystacks.set(lead, text)
  }
  return text
}

/** "12 Oak St" → ["oak st", 12]: neighbours stand together, in the order of the doors. */
function streetKey(lead: Lead): [string, number] {
  const line = lead.address?.line ?? ''
  const [, number = '', street = line] = /^\s*(\d+)\S*\s+(.*)$/.exec(line) ?? []
  return [street.toLowerCase(), Number(number) || 0]
}

function byStreet(a: Lead, b: Lead): number {
  const [streetA, numberA] = streetKey(a)
  const [streetB, numberB] = streetKey(b)
  if (streetA !== streetB) return streetA < streetB ? -1 : 1
  return numberA - numberB || (addressLine(a) < addressLine(b) ? -1 : 1)
}

function byDue(a: Lead, b: Lead): number {
  const dueA = a.due_at ?? '9999'
  const dueB = b.due_at ?? '9999'
  if (dueA !== dueB) return dueA < dueB ? -1 : 1
  return byStreet(a, b)
}

/** The leads that match, every word of the text anywhere in name, address or contact. */
export function select(leads: readonly Lead[], filter: Filter, userId: string): Lead[] {
  const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const matching = leads.filter(
    (lead) =>
      (filter.stages.size === 0 || filter.stages.has(lead.stage)) &&
      (!filter.mine || lead.owner_id === userId) &&
      terms.every((term) => haystack(lead).includes(term)),
  )
  return matching.sort(filter.order === 'due' ? byDue : byStreet)
}

export function countByStage(leads: readonly Lead[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const lead of leads) counts.set(lead.stage, (counts.get(lead.stage) ?? 0) + 1)
  return counts
}
