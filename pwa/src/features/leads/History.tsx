import { useEffect, useState } from 'preact/hooks'
import type { Activity } from '../../api/activities'
import type { Lead } from '../../api/leads'
import { db, type Account, type OutboxItem } from '../../db/database'
import { useLive } from '../../db/useLive'
import { when } from '../../lib/time'
import { words } from './stages'
import { syncHistory } from './store'

interface Props {
  account: Account
  lead: Lead
  zone: string
  userId: string
}

const title = (activity: Activity): string =>
  activity.result ? `${words(activity.type)}: ${words(activity.result).toLowerCase()}` : words(activity.type)

function by(activity: Activity, userId: string): string {
  if (activity.user_id === userId) return ' · you'
  return activity.user_id ? ' · a colleague' : ''
}

/** Knocks still on the phone, then the last activities the server told of. */
export function History({ account, lead, zone, userId }: Props) {
  const [asked, setAsked] = useState<'asking' | 'told' | 'silent'>('asking')
  const now = new Date()
  const stored = useLive(
    async () => ({ row: await db.histories.get([account, lead.id]) }),
    [account, lead.id],
  )
  const open = useLive(
    () =>
      db.outbox
        .where('[account+lead_id]')
        .equals([account, lead.id])
        .and((item: OutboxItem) => item.state === 'waiting' || item.state === 'rejected')
        .reverse()
        .sortBy('seq'),
    [account, lead.id],
  )
  useEffect(() => {
    void syncHistory(account, lead.id).then((told) => setAsked(told ? 'told' : 'silent'))
  }, [account, lead.id, lead.version])
  const items = stored?.row?.items ?? []
  return (
    <section class="history" aria-label="Last activities">
      <h3>Last activities</h3>
      <ul role="list">
        {open?.map((item) => (
          <li key={item.id} data-state={item.state}>
            <strong>{words(item.activity.result)}</strong>
            <span>{item.state === 'waiting' ? 'Waiting to send' : item.error}</span>
          </li>
        ))}
        {items.map((activity) => (
          <li key={activity.id}>
            <strong>{title(activity)}</strong>
            <span>
              {when(activity.occurred_at, zone, now)}
              {by(activity, userId)}
            </span>
            {activity.notes && <span class="note">{activity.notes}</span>}
          </li>
        ))}
      </ul>
      {items.length === 0 && asked === 'told' && !open?.length && (
        <p class="hint">Nobody has been here yet.</p>
      )}
      {asked === 'silent' && (
        <p class="hint">
          {stored?.row
            ? `As of ${when(stored.row.fetched_at, zone, now)}.`
            : 'Not on this phone; shown when there is signal.'}
        </p>
      )}
    </section>
  )
}
