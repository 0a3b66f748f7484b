import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import { knownStages, OTHER_COLOR, stageColor } from '../leads/stages'

export const SOURCE = 'leads'
export const PINS = 'lead-pins'
export const CLUSTERS = 'lead-clusters'

const byStage = [
  'match',
  ['get', 'stage'],
  ...knownStages().flatMap((stage) => [stage, stageColor(stage)]),
  OTHER_COLOR,
] as unknown as ExpressionSpecification

/** Circles on the GPU, never DOM markers: a patch of 20,000 doors must still pan. */
export function leadLayers(font: string[] | null): LayerSpecification[] {
  const layers: LayerSpecification[] = [
    {
      id: CLUSTERS,
      type: 'circle',
      source: SOURCE,
      filter: ['has', 'point_count'],
      paint: {
        'circle-color': '#174c3c',
        'circle-opacity': 0.9,
        'circle-radius': ['step', ['get', 'point_count'], 15, 25, 19, 100, 24, 1000, 30],
        'circle-stroke-color': '#ffffff',
        'circle-stroke-width': 2,
      },
    },
    {
      id: PINS,
      type: 'circle',
      source: SOURCE,
      filter: ['!', ['has', 'point_count']],
      paint: {
        'circle-color': byStage,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 3, 14, 4.5, 16, 8, 18, 13],
        'circle-stroke-color': ['case', ['>', ['get', 'waiting'], 0], '#16202b', '#ffffff'],
        'circle-stroke-width': ['case', ['>', ['get', 'waiting'], 0], 3, 1.5],
      },
    },
  ]
  if (font) {
    layers.push({
      id: 'lead-cluster-counts',
      type: 'symbol',
      source: SOURCE,
      filter: ['has', 'point_count'],
      layout: {
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': font,
        'text-size': 13,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': '#ffffff' },
    })
  }
  return layers
}
