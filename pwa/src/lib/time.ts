/** Words for the dates that the server computed. Nothing here decides whether something is late. */

const DAY_MS = 86_400_000
const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' }
const TIME: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' }
const SHORT_DATE: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' }
const DATE: Intl.DateTimeFormatOptions = { weekday: 'short', ...SHORT_DATE }
const NEAR = new Map([
  [-1, 'yesterday'],
  [0, 'today'],
  [1, 'tomorrow'],
])

// Making a formatter costs far more than using one, and a list makes thousands.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, timeZone: string, shape: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${JSON.stringify(shape)}`
  let made = formatters.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { timeZone, ...shape })
    formatters.set(key, made)
  }
  return made
}

/** The zone, or the phone's own where the browser does not know it. */
function safeZone(zone: string | undefined): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!zone) return own
  try {
    formatter('en-CA', zone, DAY)
    return zone
  } catch (error) {
    if (error instanceof RangeError) return own
    throw error
  }
}

interface Told {
  /** Calendar days from now, counted in the zone: clocks that change make no difference. */
  days: number
  sameYear: boolean
  tell(shape: Intl.DateTimeFormatOptions): string
}

function inZone(iso: string, zone: string | undefined, now: Date): Told | null {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return null
  const timeZone = safeZone(zone)
  const day = formatter('en-CA', timeZone, DAY).format(at)
  const today = formatter('en-CA', timeZone, DAY).format(now)
  return {
    days: Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS),
    sameYear: day.slice(0, 4) === today.slice(0, 4),
    tell: (shape) => formatter('en-US', timeZone, shape).format(at),
  }
}

/** "today, 5:00 PM", "tomorrow, 9:30 AM", "Mon, Nov 24, 5:00 PM" in the organisation's zone. */
export function when(iso: string, zone: string | undefined, now: Date): string {
  const told = inZone(iso, zone, now)
  if (!told) return ''
  const day = NEAR.get(told.days) ?? told.tell(told.sameYear ? DATE : { ...DATE, year: 'numeric' })
  return `${day}, ${told.tell(TIME)}`
}

/** The same in the width of a list: "5:00 PM" for today, "Nov 24" for any other day. */
export function briefly(iso: string, zone: string | undefined, now: Date): string {
  const told = inZone(iso, zone, now)
  return told ? told.tell(told.days === 0 ? TIME : SHORT_DATE) : ''
}

/** The value of a `datetime-local` input, which is in the phone's own zone, as UTC. */
export function fromLocalInput(value: string): string | undefined {
  if (!value) return undefined
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
