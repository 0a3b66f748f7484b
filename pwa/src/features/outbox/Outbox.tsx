import { db, type Account, type OutboxItem, type OutboxState } from '../../db/database'
import { useLive } from '../../db/useLive'
import { when } from '../../lib/time'
import { useValue } from '../../lib/value'
import { words } from '../leads/stages'
import { exportOutbox } from './export'
import { sendAgain, setAside } from './queue'
import { send, sendNow, sendingStatus } from './sender'

const SENT_SHOWN = 50

async function newestSent(account: Account): Promise<OutboxItem[]> {
  const sent = await db.outbox.where('[account+state]').equals([account, 'sent']).reverse().sortBy('seq')
  return sent.slice(0, SENT_SHOWN)
}

const inState = (account: Account, state: OutboxState): Promise<OutboxItem[]> =>
  db.outbox.where('[account+state]').equals([account, state]).sortBy('seq')

function Item({
  item,
  zone,
  children,
}: {
  item: OutboxItem
  zone: string
  children?: preact.ComponentChildren
}) {
  return (
    <li class="outbox-item">
      <p class="outbox-title">
        <strong>{words(item.activity.result)}</strong> <span>{item.label}</span>
      </p>
      <p class="hint">
        {when(item.activity.occurred_at, zone, new Date())}
        {item.activity.notes ? ` · ${item.activity.notes}` : ''}
      </p>
      {item.error && <p class={item.state === 'rejected' ? 'problem' : 'hint'}>{item.error}</p>}
      {children}
    </li>
  )
}

export function Outbox({ account, zone }: { account: Account; zone: string }) {
  const status = useValue(sendingStatus)
  const items = useLive(
    async () => ({
      waiting: await inState(account, 'waiting'),
      rejected: await inState(account, 'rejected'),
      aside: await inState(account, 'set_aside'),
      sent: await newestSent(account),
      others: await db.outbox
        .where('state')
        .equals('waiting')
        .and((item) => item.account !== account)
        .count(),
    }),
    [account],
  )
  if (!items) return <div class="page" />
  const { waiting, rejected, aside, sent, others } = items
  return (
    <div class="page">
      {rejected.length > 0 && (
        <section class="card" aria-label="Refused">
          <h2>Refused by the server ({rejected.length})</h2>
          <ul role="list">
            {rejected.map((item) => (
              <Item key={item.seq} item={item} zone={zone}>
                <div class="row-actions">
                  <button type="button" class="secondary" onClick={() => void sendAgain(item.seq).then(send)}>
                    Try again
                  </button>
                  <button type="button" class="link" onClick={() => void setAside(item.seq)}>
                    Set aside
                  </button>
                </div>
              </Item>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-label="Waiting">
        <div class="card-head">
          <h2>Waiting ({waiting.length})</h2>
          {waiting.length > 0 && (
            <button type="button" class="secondary" disabled={status.sending} onClick={() => void sendNow()}>
              {status.sending ? 'Sending…' : 'Send now'}
            </button>
          )}
        </div>
        {status.problem && waiting.length > 0 && (
          <p class="hint">{status.problem} It is tried again by itself.</p>
        )}
        {waiting.length === 0 && <p class="hint">Nothing waits. Every knock has reached the server.</p>}
        <ul role="list">
          {waiting.map((item) => (
            <Item key={item.seq} item={item} zone={zone} />
          ))}
        </ul>
      </section>
      {others > 0 && (
        <p class="hint">{others} more of another user of this phone: kept, and sent when they sign in.</p>
      )}
      {aside.length > 0 && (
        <details class="card">
          <summary>Set aside ({aside.length})</summary>
          <ul role="list">
            {aside.map((item) => (
              <Item key={item.seq} item={item} zone={zone}>
                <button type="button" class="link" onClick={() => void sendAgain(item.seq).then(send)}>
                  Try again
                </button>
              </Item>
            ))}
          </ul>
        </details>
      )}
      {sent.length > 0 && (
        <details class="card" open>
          <summary>
            Received by the server ({sent.length === SENT_SHOWN ? `last ${SENT_SHOWN}` : sent.length})
          </summary>
          <ul role="list">
            {sent.map((item) => (
              <Item key={item.seq} item={item} zone={zone} />
            ))}
          </ul>
        </details>
      )}
      <button type="button" class="link" onClick={() => void exportOutbox(account)}>
        Save a copy of my outbox
      </button>
    </div>
  )
}
