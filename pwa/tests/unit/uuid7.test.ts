import { describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/lib/uuid7'

const millis = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16)

describe('uuid7', () => {
  it('carries the time in its first 48 bits, and version and variant in their places', () => {
    const id = uuid7(1_764_000_000_000)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(millis(id)).toBe(1_764_000_000_000)
  })

  it('sorts in the order of making within one millisecond, past the counter too', () => {
    const ids = Array.from({ length: 10_000 }, () => uuid7(1_764_000_100_000))
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('keeps its order when the clock steps back a little', () => {
    const before = uuid7(1_764_000_200_000)
    const after = uuid7(1_764_000_199_000)
    expect(after > before).toBe(true)
  })

  it('believes the clock again after a large step back', () => {
    uuid7(1_764_000_300_000)
    expect(millis(uuid7(1_763_000_000_000))).toBe(1_763_000_000_000)
  })
})
