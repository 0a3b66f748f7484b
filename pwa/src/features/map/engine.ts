/** MapLibre behind three verbs. This module and the engine with it load when the map is first opened. */
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import {
  AttributionControl,
  GeoJSONSource,
  GeolocateControl,
  Map as MapLibre,
  NavigationControl,
  setWorkerUrl,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  type PointLike,
} from 'maplibre-gl'
import { boundsOf, type Pins } from './geojson'
import { CLUSTERS, leadLayers, PINS, SOURCE } from './layers'
import { labelFont, loadStyle } from './style'

const TOUCH_PX = 14
const CLUSTER_MAX_ZOOM = 13

setWorkerUrl(workerUrl)

export interface LeadMap {
  show(pins: Pins): void
  resize(): void
  destroy(): void
}

export interface Events {
  /** The leads under a tap, nearest first; several where doors share a position. */
  onLeads(ids: string[]): void
  onReady(plain: boolean): void
}

function distance(map: MapLibre, feature: MapGeoJSONFeature, event: MapMouseEvent): number {
  if (feature.geometry.type !== 'Point') return Infinity
  const [lon = 0, lat = 0] = feature.geometry.coordinates
  const at = map.project([lon, lat])
  return Math.hypot(at.x - event.point.x, at.y - event.point.y)
}

async function openCluster(map: MapLibre, cluster: MapGeoJSONFeature): Promise<void> {
  const source = map.getSource(SOURCE)
  if (!(source instanceof GeoJSONSource) || cluster.geometry.type !== 'Point') return
  const zoom = await source.getClusterExpansionZoom(Number(cluster.properties['cluster_id']))
  const [lon = 0, lat = 0] = cluster.geometry.coordinates
  map.easeTo({ center: [lon, lat], zoom })
}

function tapped(map: MapLibre, event: MapMouseEvent, onLeads: Events['onLeads']): void {
  const { x, y } = event.point
  const box: [PointLike, PointLike] = [
    [x - TOUCH_PX, y - TOUCH_PX],
    [x + TOUCH_PX, y + TOUCH_PX],
  ]
  const found = map
    .queryRenderedFeatures(box, { layers: [PINS, CLUSTERS] })
    .map((feature) => ({ feature, away: distance(map, feature, event) }))
    .sort((a, b) => a.away - b.away)
  const nearest = found[0]
  if (!nearest) return
  if (nearest.feature.layer.id === CLUSTERS) {
    void openCluster(map, nearest.feature)
    return
  }
  const same = found.filter(({ feature, away }) => feature.layer.id === PINS && away - nearest.away < 2)
  onLeads([...new Set(same.map(({ feature }) => String(feature.properties['id'])))])
}

/** Draws the map in `container`. Throws where the phone has no WebGL. */
export async function createMap(container: HTMLElement, events: Events): Promise<LeadMap> {
  const { style, plain } = await loadStyle()
  const map = new MapLibre({
    container,
    style,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    // Workers have no page to be relative to, and the style may name its parts by path alone.
    transformRequest: (url) => ({ url: new URL(url, location.href).href }),
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new AttributionControl({ compact: true }), 'bottom-left')
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
  map.addControl(new GeolocateControl({ trackUserLocation: true }), 'bottom-right')

  let latest: Pins = { type: 'FeatureCollection', features: [] }
  let placed = false
  const draw = (): void => {
    const source = map.getSource(SOURCE)
    if (!(source instanceof GeoJSONSource)) return
    void source.setData(latest)
    const bounds = boundsOf(latest)
    if (placed || !bounds) return
    placed = true
    map.fitBounds(bounds, { padding: 48, maxZoom: 16, animate: false })
  }
  map.on('load', () => {
    map.addSource(SOURCE, {
      type: 'geojson',
      data: latest,
      cluster: true,
      clusterMaxZoom: CLUSTER_MAX_ZOOM,
      clusterRadius: 36,
    })
    for (const layer of leadLayers(labelFont(style))) map.addLayer(layer)
    draw()
    events.onReady(plain)
  })
  map.on('click', (event) => tapped(map, event, events.onLeads))
  return {
    show: (pins) => {
      latest = pins
      draw()
    },
    resize: () => map.resize(),
    destroy: () => map.remove(),
  }
}
