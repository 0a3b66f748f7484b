// A made-up patch of doors: the same every time, as many as asked.

const STREETS = [
  'Alder St',
  'Birch Ave',
  'Cedar Ln',
  'Dogwood Dr',
  'Elm St',
  'Fir Ct',
  'Grove Rd',
  'Hazel Way',
  'Ivy Pl',
  'Juniper St',
]
const FIRST = ['Ana', 'Ben', 'Carla', 'Dev', 'Erin', 'Farid', 'Grace', 'Hiro', 'Inez', 'Jamal']
const LAST = [
  'Alvarez',
  'Brooks',
  'Chen',
  'Diaz',
  'Evans',
  'Foster',
  'Garcia',
  'Hughes',
  'Ito',
  'Jackson',
  'Khan',
]
const STAGES = [
  'COLD',
  'COLD',
  'COLD',
  'CONTACTED',
  'COLD',
  'FOLLOW_UP',
  'COLD',
  'CONTACTED',
  'LOST',
  'NOT_QUALIFIED',
]

export const CENTER = { lat: 41.512, lon: -88.105 }

const id = (kind, n) => `0198c0de-${kind}-7000-8000-${n.toString(16).padStart(12, '0')}`

export function makeLeads(owner, count, now) {
  const perStreet = Math.ceil(count / STREETS.length)
  return Array.from({ length: count }, (_, n) => {
    const street = Math.floor(n / perStreet)
    const door = n % perStreet
    const stage = STAGES[(n * 7) % STAGES.length]
    const hours = ((n * 13) % 120) - 24
    const due =
      stage === 'LOST' || stage === 'NOT_QUALIFIED' ? null : new Date(now + hours * 3_600_000).toISOString()
    const named = n % 4 !== 3
    return {
      id: id('1ead', owner.index * 1_000_000 + n),
      lead_type: 'outbound',
      stage,
      territory_id: id('7e77', owner.index),
      owner_id: n % 5 ? owner.id : null,
      owner_name: n % 5 ? owner.name : null,
      first_name: named ? FIRST[n % FIRST.length] : null,
      last_name: named ? LAST[n % LAST.length] : null,
      phone: n % 3 ? null : `+1815555${String(n % 10_000).padStart(4, '0')}`,
      email: null,
      address: {
        id: id('add5', n),
        line: `${101 + door * 2} ${STREETS[street]}`,
        city: 'Fairview',
        state: 'IL',
        postcode: '60400',
        unit: n < 2 ? `Apt ${n + 1}` : null,
        lat: CENTER.lat + street * 0.0018 + (n < 2 ? 0 : ((door * 37) % 11) * 0.00001),
        lon: CENTER.lon + (n < 2 ? 0 : door) * 0.00022,
        cell: '8926641a3afffff',
        do_not_knock: n === 4,
      },
      last_activity_at: null,
      next_action_at: null,
      due_at: due,
      sla_state: due === null ? 'none' : hours < 0 ? 'overdue' : hours < 12 ? 'due_soon' : 'ok',
      version: 1,
      created_at: new Date(now - 9 * 86_400_000).toISOString(),
    }
  })
}

/** A basemap of plain streets, without glyphs. */
export function makeStyle() {
  const line = (coordinates) => ({
    type: 'Feature',
    properties: {},
    geometry: { type: 'LineString', coordinates },
  })
  const across = STREETS.map((_, n) => {
    const lat = CENTER.lat + n * 0.0018 + 0.0004
    return line([
      [CENTER.lon - 0.004, lat],
      [CENTER.lon + 0.07, lat],
    ])
  })
  const up = Array.from({ length: 18 }, (_, n) => {
    const lon = CENTER.lon - 0.002 + n * 0.004
    return line([
      [lon, CENTER.lat - 0.002],
      [lon, CENTER.lat + 0.02],
    ])
  })
  return {
    version: 8,
    sources: {
      streets: {
        type: 'geojson',
        data: { type: 'FeatureCollection', features: [...across, ...up] },
        attribution: 'A made-up town',
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#f1efe9' } },
      {
        id: 'streets',
        type: 'line',
        source: 'streets',
        paint: {
          'line-color': '#ffffff',
          'line-width': ['interpolate', ['linear'], ['zoom'], 12, 2, 17, 14],
        },
      },
    ],
  }
}
