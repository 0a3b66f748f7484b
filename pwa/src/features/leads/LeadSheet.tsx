import { useEffect, useRef } from 'preact/hooks'
import type { Lead } from '../../api/leads'
import type { Account } from '../../db/database'
import { when } from '../../lib/time'
import { Icon } from '../../ui/Icon'
import { KnockPanel } from '../knock/KnockPanel'
import { warmUp } from '../knock/position'
import { addressLine, addressRest, leadName } from './filter'
import { History } from './History'
import { DueWords } from './LeadRow'
import { stageColor, stageLabel } from './stages'

interface Props {
  account: Account
  lead: Lead
  zone: string
  userId: string
  onClose(): void
}

export function LeadSheet({ account, lead, zone, userId, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const now = new Date()
  const name = leadName(lead)
  const line = addressLine(lead)
  useEffect(() => {
    dialog.current?.showModal()
    warmUp()
  }, [])
  return (
    <dialog
      class="sheet"
      ref={dialog}
      aria-labelledby="sheet-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose() // the backdrop
      }}
    >
      <div class="sheet-body">
        <header class="sheet-head">
          <div>
            <h2 id="sheet-title" tabIndex={-1}>
              {name}
            </h2>
            {name !== line && <p>{line}</p>}
            <p class="hint">{addressRest(lead)}</p>
          </div>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="sheet-scroll">
          <div class="sheet-facts">
            <span class="stage-badge" style={{ borderColor: stageColor(lead.stage) }}>
              <span class="dot" style={{ background: stageColor(lead.stage) }} />
              {stageLabel(lead.stage)}
            </span>
            <DueWords lead={lead} zone={zone} now={now} />
            {lead.phone && (
              <a class="call" href={`tel:${lead.phone}`}>
                <Icon name="phone" size={16} /> {lead.phone}
              </a>
            )}
          </div>
          {lead.address?.position_unreadable && (
            <p class="hint">
              Its place on the map is not readable, so it has no pin. Whoever runs Outbound can tell why.
            </p>
          )}
          {lead.address?.do_not_knock && <p class="problem">This address asked not to be knocked.</p>}
          {lead.next_action_at && <p class="hint">Next action {when(lead.next_action_at, zone, now)}</p>}
          <History account={account} lead={lead} zone={zone} userId={userId} />
        </div>
        <KnockPanel account={account} lead={lead} onDone={onClose} />
      </div>
    </dialog>
  )
}
