/**
 * UUID version 7 (RFC 9562): 48 bits of milliseconds, then a 12-bit counter, then random bits.
 *
 * Ids made one after the other on this phone sort in the order they were made, also within a
 * millisecond and over small steps back of the clock. After a large step back the clock is believed.
 */

const CLOCK_SLACK_MS = 10_000
const COUNTER_MAX = 0xfff

let lastMs = -1
let counter = 0

function nextTick(nowMs: number, seed: number): void {
  if (nowMs > lastMs || lastMs - nowMs > CLOCK_SLACK_MS) {
    lastMs = nowMs
    counter = seed & 0x7ff // the upper half stays free for counting
    return
  }
  counter += 1
  if (counter > COUNTER_MAX) {
    lastMs += 1
    counter = seed & 0x7ff
  }
}

/** A new id; `nowMs` is the phone's time in milliseconds since 1970. */
export function uuid7(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const view = new DataView(bytes.buffer)
  nextTick(Math.floor(nowMs), view.getUint16(6))
  view.setUint32(0, Math.floor(lastMs / 0x10000))
  view.setUint16(4, lastMs % 0x10000)
  view.setUint16(6, 0x7000 | counter)
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
