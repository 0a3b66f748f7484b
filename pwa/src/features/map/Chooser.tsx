import { useEffect, useRef } from 'preact/hooks'
import type { Lead } from '../../api/leads'
import { openLead } from '../../lib/router'
import { Icon } from '../../ui/Icon'
import { addressLine, leadName } from '../leads/filter'
import { stageColor } from '../leads/stages'

/** Several leads at one position: the flats of a building. */
export function Chooser({ leads, onClose }: { leads: readonly Lead[]; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog class="sheet" ref={dialog} aria-label="Leads at this door" onClose={onClose}>
      <div class="sheet-body">
        <header class="sheet-head">
          <h2>{leads.length} leads here</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <ul role="list" class="sheet-scroll chooser">
          {leads.map((lead) => (
            <li key={lead.id}>
              <button
                type="button"
                class="lead-row"
                onClick={() => {
                  onClose()
                  openLead(lead.id)
                }}
              >
                <span class="stage-bar" style={{ background: stageColor(lead.stage) }} />
                <span class="lead-text">
                  <span class="lead-name">{leadName(lead)}</span>
                  <span class="lead-line">{addressLine(lead)}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  )
}
