import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Lead } from '../../api/leads'
import type { OutboxItem } from '../../db/database'
import { openLead } from '../../lib/router'
import { Chooser } from './Chooser'
import type { LeadMap } from './engine'
import { pins } from './geojson'
import { Legend } from './Legend'

interface Props {
  leads: readonly Lead[]
  open: ReadonlyMap<string, readonly OutboxItem[]>
  visible: boolean
}

type State = 'loading' | 'ready' | 'plain' | 'impossible'

/** Engine errors differ by browser and driver, so whatever it throws at start means: no map, use the list. */
async function start(
  box: HTMLElement,
  onLeads: (ids: string[]) => void,
  onState: (state: State) => void,
): Promise<LeadMap | null> {
  try {
    const { createMap } = await import('./engine')
    return await createMap(box, { onLeads, onReady: (plain) => onState(plain ? 'plain' : 'ready') })
  } catch (error) {
    console.warn('The map could not be drawn.', error)
    onState('impossible')
    return null
  }
}

export function MapView({ leads, open, visible }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<LeadMap | null>(null)
  const [state, setState] = useState<State>('loading')
  const [several, setSeveral] = useState<string[]>([])
  const collection = useMemo(() => pins(leads, (id) => open.get(id)?.length ?? 0), [leads, open])
  const stages = useMemo(() => new Set(leads.map((lead) => lead.stage)), [leads])

  useEffect(() => {
    const element = box.current
    if (!element) return
    let gone = false
    const choose = (ids: string[]): void => (ids.length === 1 && ids[0] ? openLead(ids[0]) : setSeveral(ids))
    const started = start(element, choose, setState)
    void started.then((made) => (gone ? made?.destroy() : setMap(made)))
    return () => {
      gone = true
      void started.then((made) => made?.destroy())
    }
  }, [])
  useEffect(() => map?.show(collection), [map, collection])
  useEffect(() => {
    if (visible) map?.resize()
  }, [map, visible])

  const chosen = several.flatMap((id) => leads.find((lead) => lead.id === id) ?? [])
  const unplaced = leads.length - collection.features.length
  return (
    <div class="map" hidden={!visible}>
      <div class="map-box" ref={box} role="region" aria-label="Map of leads; the list has the same leads" />
      {state === 'loading' && (
        <p class="map-note" role="status">
          Opening the map…
        </p>
      )}
      {state === 'plain' && (
        <p class="map-note" role="status">
          No street map without signal; your leads are where they are.
        </p>
      )}
      {state === 'impossible' && (
        <p class="empty" role="alert">
          This phone cannot draw the map here. The list has every lead. <a href="#/leads">Open the list</a>
        </p>
      )}
      {(state === 'ready' || state === 'plain') && <Legend stages={stages} />}
      {unplaced > 0 && state === 'ready' && (
        <p class="map-note">{unplaced} without a position: see the list.</p>
      )}
      {chosen.length > 0 && <Chooser leads={chosen} onClose={() => setSeveral([])} />}
    </div>
  )
}
