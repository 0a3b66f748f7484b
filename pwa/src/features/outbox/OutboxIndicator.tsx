import { useValue } from '../../lib/value'
import { Icon } from '../../ui/Icon'
import { sendNow, sendingStatus } from './sender'
import type { OpenItems } from './useOpenItems'

/** What has not reached the server: a tap sends it now, or shows what was refused. */
export function OutboxIndicator({ open }: { open: OpenItems }) {
  const { sending } = useValue(sendingStatus)
  if (open.waiting === 0 && open.rejected === 0) {
    return (
      <span class="pill calm" role="status">
        <Icon name="check" size={16} /> All sent
      </span>
    )
  }
  if (open.rejected > 0) {
    return (
      <a class="pill bad" href="#/outbox">
        <Icon name="alert" size={16} /> {open.rejected} refused
        {open.waiting ? `, ${open.waiting} waiting` : ''}
      </a>
    )
  }
  return (
    <button
      type="button"
      class="pill busy"
      onClick={() => void sendNow()}
      aria-label={`${open.waiting} waiting. Send now`}
    >
      <Icon name={sending ? 'refresh' : 'clock'} size={16} />{' '}
      {sending ? 'Sending…' : `${open.waiting} waiting`}
    </button>
  )
}
