import type { Feature, FeatureCollection, Point } from 'geojson'
import type { Lead } from '../../api/leads'

export interface PinProperties {
  id: string
  stage: string
  waiting: number
}

export type Pins = FeatureCollection<Point, PinProperties>

/** Leads as points; those without a position are only in the list. */
export function pins(leads: readonly Lead[], waiting: (leadId: string) => number): Pins {
  const features: Feature<Point, PinProperties>[] = []
  for (const lead of leads) {
    const { lat, lon } = lead.address ?? {}
    if (typeof lat !== 'number' || typeof lon !== 'number') continue
    features.push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { id: lead.id, stage: lead.stage, waiting: waiting(lead.id) },
    })
  }
  return { type: 'FeatureCollection', features }
}

export type Bounds = [west: number, south: number, east: number, north: number]

/** Leads beyond this share at each end of the map do not move its first view: one misplaced door would. */
const STRAYS = 0.02

function middle(values: number[]): [low: number, high: number] {
  const sorted = values.sort((a, b) => a - b)
  const cut = Math.floor(sorted.length * STRAYS)
  return [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 0]
}

/** The box that holds the leads but for a few strays; null where there are none. */
export function boundsOf({ features }: Pins): Bounds | null {
  if (features.length === 0) return null
  const [west, east] = middle(features.map(({ geometry }) => geometry.coordinates[0] ?? 0))
  const [south, north] = middle(features.map(({ geometry }) => geometry.coordinates[1] ?? 0))
  return [west, south, east, north]
}
