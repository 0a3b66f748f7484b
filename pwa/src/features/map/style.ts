/** The basemap's style: the server's, or plain paper where it cannot be had. */
import type { StyleSpecification } from 'maplibre-gl'
import { request, Refused, Unreachable } from '../../api/http'

export const STYLE_PATH = '/api/maps/style.json'

const PAPER: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: 'paper', type: 'background', paint: { 'background-color': '#eceee9' } }],
}

export async function loadStyle(): Promise<{ style: StyleSpecification; plain: boolean }> {
  try {
    const { body } = await request('GET', STYLE_PATH)
    return { style: body as StyleSpecification, plain: false }
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Refused) return { style: PAPER, plain: true }
    throw error
  }
}

/** A font that the style's own labels use, so that ours ask for no other; null where it has none. */
export function labelFont(style: StyleSpecification): string[] | null {
  if (!style.glyphs) return null
  for (const layer of style.layers) {
    if (layer.type !== 'symbol') continue
    const font: unknown = layer.layout?.['text-font']
    if (Array.isArray(font) && font.every((name) => typeof name === 'string')) return font
  }
  return null
}
