import type { Lead } from '../../api/leads'
import { db, type Account, type OutboxItem } from '../../db/database'
import { useLive } from '../../db/useLive'
import { when } from '../../lib/time'
import { useOnline } from '../../lib/useOnline'
import { useValue } from '../../lib/value'
import { Icon } from '../../ui/Icon'
import { VirtualList } from '../../ui/VirtualList'
import { LeadRow, ROW_HEIGHT } from './LeadRow'
import { MOST_LEADS, syncLeads, syncStatus } from './store'

interface Props {
  account: Account
  /** Undefined while the phone's own copy is being read. */
  leads: readonly Lead[] | undefined
  total: number
  open: ReadonlyMap<string, readonly OutboxItem[]>
  zone: string
}

function Freshness({
  account,
  zone,
  shown,
  total,
}: {
  account: Account
  zone: string
  shown: number
  total: number
}) {
  const { loading, problem } = useValue(syncStatus)
  const online = useOnline()
  const trouble = online ? problem : 'No signal.'
  const mark = useLive(() => db.marks.get(account), [account])
  const count = shown === total ? `${total} leads` : `${shown} of ${total} leads`
  const age = mark ? `as of ${when(mark.synced_at, zone, new Date())}` : ''
  return (
    <div class="freshness">
      <span role="status">
        {loading ? 'Updating…' : trouble ? `${trouble} Showing ${count} ${age}.` : `${count} ${age}`}
        {mark?.truncated ? ` Only the first ${MOST_LEADS} are kept on the phone.` : ''}
      </span>
      <button type="button" class="link" disabled={loading} onClick={() => void syncLeads(account)}>
        <Icon name="refresh" size={16} /> Update
      </button>
    </div>
  )
}

function Empty({ total }: { total: number }) {
  const { loading, problem } = useValue(syncStatus)
  if (total > 0) return <p class="empty">No lead matches. Clear the search or a stage.</p>
  if (loading) return <p class="empty">Fetching your leads…</p>
  if (problem) return <p class="empty">Your leads are not on this phone yet. {problem}</p>
  return <p class="empty">You have no leads yet. Your manager assigns territories.</p>
}

export function LeadList({ account, leads, total, open, zone }: Props) {
  const now = new Date()
  if (!leads) return null
  return (
    <>
      <Freshness account={account} zone={zone} shown={leads.length} total={total} />
      {leads.length === 0 ? (
        <Empty total={total} />
      ) : (
        <VirtualList
          items={leads}
          rowHeight={ROW_HEIGHT}
          label="Leads"
          keyOf={(lead) => lead.id}
          row={(lead) => (
            <LeadRow lead={lead} zone={zone} now={now} waiting={open.get(lead.id)?.length ?? 0} />
          )}
        />
      )}
    </>
  )
}
