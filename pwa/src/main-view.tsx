import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Identity } from './api/session'
import { accountOf, db } from './db/database'
import { useLive } from './db/useLive'
import { FilterBar } from './features/leads/FilterBar'
import { EVERYTHING, select } from './features/leads/filter'
import { LeadList } from './features/leads/LeadList'
import { LeadSheet } from './features/leads/LeadSheet'
import { syncIfStale } from './features/leads/store'
import { MapView } from './features/map/MapView'
import { Outbox } from './features/outbox/Outbox'
import { OutboxIndicator } from './features/outbox/OutboxIndicator'
import { startSending } from './features/outbox/sender'
import { useOpenItems } from './features/outbox/useOpenItems'
import { Account } from './features/session/Account'
import { keepStorage } from './features/session/storage'
import { closeLead, useRoute } from './lib/router'
import { TabBar } from './ui/TabBar'
import { Toast } from './ui/Toast'

const TITLES = { leads: 'My leads', map: 'My leads', outbox: 'Outbox', account: 'Account' } as const

/** Due dates and stages move on the server while the phone lies open. */
const REFRESH_MS = 5 * 60_000

export function Main({ identity }: { identity: Identity }) {
  const account = accountOf(identity)
  const route = useRoute()
  const [filter, setFilter] = useState(EVERYTHING)
  const [mapSeen, setMapSeen] = useState(route.view === 'map')
  const rows = useLive(() => db.leads.where('account').equals(account).toArray(), [account])
  const leads = useMemo(() => rows?.map((row) => row.lead), [rows])
  const shown = useMemo(
    () => select(leads ?? [], filter, identity.user.id),
    [leads, filter, identity.user.id],
  )
  const open = useOpenItems(account)
  const selected = route.leadId ? leads?.find((lead) => lead.id === route.leadId) : undefined

  useEffect(() => {
    void keepStorage()
    const refresh = (): void => {
      if (document.visibilityState === 'visible') void syncIfStale(account)
    }
    refresh()
    const timer = setInterval(refresh, REFRESH_MS)
    addEventListener('online', refresh)
    document.addEventListener('visibilitychange', refresh)
    const stop = startSending()
    return () => {
      clearInterval(timer)
      removeEventListener('online', refresh)
      document.removeEventListener('visibilitychange', refresh)
      stop()
    }
  }, [account])

  useEffect(() => {
    if (route.view === 'map') setMapSeen(true)
  }, [route.view])

  const onLeads = route.view === 'leads' || route.view === 'map'
  return (
    <div class="shell">
      <header class="top">
        <h1>{TITLES[route.view]}</h1>
        <OutboxIndicator open={open} />
      </header>
      {onLeads && <FilterBar leads={leads ?? []} shown={shown.length} filter={filter} onChange={setFilter} />}
      <main class="view" aria-label={TITLES[route.view]}>
        {route.view === 'leads' && (
          <LeadList
            account={account}
            leads={leads && shown}
            total={leads?.length ?? 0}
            open={open.byLead}
            zone={identity.organisation.zone}
          />
        )}
        {mapSeen && <MapView leads={shown} open={open.byLead} visible={route.view === 'map'} />}
        {route.view === 'outbox' && <Outbox account={account} zone={identity.organisation.zone} />}
        {route.view === 'account' && <Account identity={identity} />}
      </main>
      <TabBar view={route.view} waiting={open.waiting + open.rejected} />
      {selected && (
        <LeadSheet
          key={selected.id}
          account={account}
          lead={selected}
          zone={identity.organisation.zone}
          userId={identity.user.id}
          onClose={closeLead}
        />
      )}
      <Toast />
    </div>
  )
}
