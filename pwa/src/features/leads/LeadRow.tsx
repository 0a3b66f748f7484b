import type { Lead } from '../../api/leads'
import { openLead } from '../../lib/router'
import { briefly, when } from '../../lib/time'
import { addressLine, addressRest, leadName } from './filter'
import { stageColor, stageLabel } from './stages'

export const ROW_HEIGHT = 76

interface Props {
  lead: Lead
  zone: string
  now: Date
  /** Knocks of this lead that are still on the phone. */
  waiting: number
}

interface DueProps {
  lead: Lead
  zone: string
  now: Date
  brief?: boolean
}

/** The due date as the server computed it, and whether the server calls it overdue. */
export function DueWords({ lead, zone, now, brief = false }: DueProps) {
  if (!lead.due_at) return null
  return (
    <span class="due" data-sla={lead.sla_state}>
      {lead.sla_state === 'overdue' ? 'Overdue, ' : 'Due '}
      {brief ? briefly(lead.due_at, zone, now) : when(lead.due_at, zone, now)}
    </span>
  )
}

export function LeadRow({ lead, zone, now, waiting }: Props) {
  const name = leadName(lead)
  const line = addressLine(lead)
  const second = name === line ? addressRest(lead) : line
  return (
    <button type="button" class="lead-row" onClick={() => openLead(lead.id)}>
      <span class="stage-bar" style={{ background: stageColor(lead.stage) }} />
      <span class="lead-text">
        <span class="lead-name">{name}</span>
        <span class="lead-line">{second}</span>
      </span>
      <span class="lead-side">
        <span class="stage-word" style={{ color: stageColor(lead.stage) }}>
          {stageLabel(lead.stage)}
        </span>
        {waiting > 0 ? (
          <span class="due" data-sla="waiting">
            {waiting} to send
          </span>
        ) : (
          <DueWords lead={lead} zone={zone} now={now} brief />
        )}
      </span>
    </button>
  )
}
