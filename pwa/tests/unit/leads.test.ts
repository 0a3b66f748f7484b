import { describe, expect, it } from 'vitest'
import type { Lead } from '../../src/api/leads'
import { EVERYTHING, select } from '../../src/features/leads/filter'
import { stageLabel } from '../../src/features/leads/stages'
import { boundsOf, pins } from '../../src/features/map/geojson'
import { briefly, when } from '../../src/lib/time'
import { parse } from '../../src/lib/router'

function lead(id: string, line: string, more: Partial<Lead> = {}): Lead {
  const address = {
    id,
    line,
    city: 'Fairview',
    state: 'IL',
    postcode: '60400',
    unit: '',
    lat: 41,
    lon: -88,
    cell: null,
    do_not_knock: false,
  }
  const blank = {
    last_activity_at: null,
    next_action_at: null,
    phone: null,
    email: null,
    owner_name: null,
    territory_id: null,
  }
  const made: Partial<Lead> = {
    ...blank,
    id,
    lead_type: 'outbound',
    stage: 'COLD',
    owner_id: 'me',
    first_name: 'Ana',
    last_name: id,
    due_at: null,
    sla_state: 'none',
    version: 1,
    address,
    ...more,
  }
  return made as Lead // what the list does not look at is left out
}

const LEADS = [
  lead('Later', '9 Oak St', { due_at: '2026-03-02T00:00:00Z' }),
  lead('Never', '10 Oak St'),
  lead('Soon', '101 Elm St', { due_at: '2026-03-01T00:00:00Z', stage: 'CONTACTED', owner_id: null }),
]
const ids = (leads: Lead[]): string[] => leads.map((one) => one.id)

describe('the list of leads', () => {
  it('stands by the due date of the server, what has none last', () => {
    expect(ids(select(LEADS, EVERYTHING, 'me'))).toEqual(['Soon', 'Later', 'Never'])
  })

  it('stands by street and house number as numbers', () => {
    expect(ids(select(LEADS, { ...EVERYTHING, order: 'street' }, 'me'))).toEqual(['Soon', 'Later', 'Never'])
  })

  it('finds every word of the text, filters by stage and by owner', () => {
    expect(ids(select(LEADS, { ...EVERYTHING, text: 'oak ANA later' }, 'me'))).toEqual(['Later'])
    expect(ids(select(LEADS, { ...EVERYTHING, stages: new Set(['CONTACTED']) }, 'me'))).toEqual(['Soon'])
    expect(ids(select(LEADS, { ...EVERYTHING, mine: true }, 'me'))).toEqual(['Later', 'Never'])
  })

  it('names a stage that is newer than the app', () => {
    expect(stageLabel('ON_HOLD')).toBe('On hold')
  })
})

describe('pins', () => {
  it('leave out leads without a position', () => {
    const [first] = LEADS
    const nowhere = lead('x', '1 A St', { address: { ...first!.address!, lat: null, lon: null } })
    const collection = pins([first!, nowhere], () => 2)
    expect(collection.features.map((feature) => feature.properties)).toEqual([
      { id: 'Later', stage: 'COLD', waiting: 2 },
    ])
    expect(boundsOf(collection)).toEqual([-88, 41, -88, 41])
    expect(boundsOf(pins([], () => 0))).toBeNull()
  })

  it('are framed without the few that lie far off', () => {
    const at = (n: number, lat: number, lon: number): Lead =>
      lead(`l${n}`, `${n} A St`, { address: { ...LEADS[0]!.address!, lat, lon } })
    const patch = Array.from({ length: 99 }, (_, n) => at(n, 41 + n / 1000, -88))
    const [west, south, east, north] = boundsOf(pins([...patch, at(99, 0, 0)], () => 0)) ?? []
    expect([west, east]).toEqual([-88, -88])
    expect(south).toBeGreaterThanOrEqual(41)
    expect(north).toBeLessThanOrEqual(41.1)
  })
})

describe('dates', () => {
  const now = new Date('2026-03-08T05:30:00Z') // still the 7th in Chicago, the night the clocks change

  it('are told in the zone of the organisation', () => {
    expect(when('2026-03-08T05:59:00Z', 'America/Chicago', now)).toBe('today, 11:59 PM')
    expect(when('2026-03-08T22:00:00Z', 'America/Chicago', now)).toBe('tomorrow, 5:00 PM')
    expect(when('2025-12-24T18:00:00Z', 'America/Chicago', now)).toBe('Wed, Dec 24, 2025, 12:00 PM')
    expect(briefly('2026-03-08T22:00:00Z', 'America/Chicago', now)).toBe('Mar 8')
  })

  it('fall back to the phone where the browser does not know the zone', () => {
    expect(when('2026-03-08T05:59:00Z', 'Mars/Olympus', now)).not.toBe('')
  })
})

describe('the route', () => {
  it('is read from the hash, anything unknown being the list', () => {
    expect(parse('#/map?lead=abc')).toEqual({ view: 'map', leadId: 'abc' })
    expect(parse('')).toEqual({ view: 'leads', leadId: null })
    expect(parse('#/elsewhere')).toEqual({ view: 'leads', leadId: null })
  })
})
