/** Where the phone is, if it may be known soon. Nothing waits for it. */

export interface Position {
  lat: number
  lon: number
}

const FRESH_MS = 20_000

let last: { position: Position; at: number } | null = null
let pending: Promise<Position | null> | null = null
let denied = false

function ask(): Promise<Position | null> {
  if (!('geolocation' in navigator) || denied) return Promise.resolve(null)
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        last = { position: { lat: coords.latitude, lon: coords.longitude }, at: Date.now() }
        resolve(last.position)
      },
      (error) => {
        denied = error.code === error.PERMISSION_DENIED
        resolve(null)
      },
      { enableHighAccuracy: true, maximumAge: FRESH_MS, timeout: 8_000 },
    )
  })
}

/** Starts reading the position, so that it is there by the time the rep taps. */
export function warmUp(): void {
  pending ??= ask().finally(() => (pending = null))
}

/** A position read within the last seconds, or null. */
export function fresh(nowMs: number): Position | null {
  return last && nowMs - last.at <= FRESH_MS ? last.position : null
}

/** The position once read, or null after `limitMs` milliseconds or where it may not be read. */
export async function within(limitMs: number): Promise<Position | null> {
  warmUp()
  const limit = new Promise<null>((resolve) => setTimeout(() => resolve(null), limitMs))
  return Promise.race([pending ?? Promise.resolve(null), limit])
}
