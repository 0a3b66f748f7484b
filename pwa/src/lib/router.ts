/** Where the app is, in the address' hash, so that the phone's back button closes a sheet. */
import { useEffect, useState } from 'preact/hooks'

export type View = 'leads' | 'map' | 'outbox' | 'account'

export interface Route {
  view: View
  leadId: string | null
}

const VIEWS: readonly View[] = ['leads', 'map', 'outbox', 'account']

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const view = VIEWS.find((known) => known === path) ?? 'leads'
  return { view, leadId: new URLSearchParams(query).get('lead') }
}

const format = (route: Route): string => `#/${route.view}${route.leadId ? `?lead=${route.leadId}` : ''}`

export function goTo(view: View): void {
  location.hash = format({ view, leadId: null })
}

export function openLead(leadId: string): void {
  history.pushState({ sheet: true }, '', format({ ...parse(location.hash), leadId }))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

/** Closes the sheet: one step back where a tap opened it, in place where the page was loaded with it. */
export function closeLead(): void {
  const state: unknown = history.state
  if (typeof state === 'object' && state !== null && 'sheet' in state) {
    history.back()
    return
  }
  history.replaceState(null, '', format({ ...parse(location.hash), leadId: null }))
  dispatchEvent(new HashChangeEvent('hashchange'))
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parse(location.hash))
  useEffect(() => {
    const update = (): void => setRoute(parse(location.hash))
    addEventListener('hashchange', update)
    addEventListener('popstate', update)
    return () => {
      removeEventListener('hashchange', update)
      removeEventListener('popstate', update)
    }
  }, [])
  return route
}
