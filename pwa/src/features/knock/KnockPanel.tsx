import { useEffect, useRef, useState } from 'preact/hooks'
import type { Lead } from '../../api/leads'
import type { Account } from '../../db/database'
import { fromLocalInput } from '../../lib/time'
import { say } from '../../ui/Toast'
import { addressLine } from '../leads/filter'
import { logKnock } from './capture'
import { OUTCOMES, type Outcome } from './outcomes'

interface Props {
  account: Account
  lead: Lead
  onDone(): void
}

/** Tap the outcome, tap save: with the tap that opened the lead that makes three. */
export function KnockPanel({ account, lead, onDone }: Props) {
  const [chosen, setChosen] = useState<Outcome | null>(null)
  if (!chosen) {
    return (
      <section class="knock" aria-label="Log a knock">
        <h3>Log a knock</h3>
        <div class="outcomes">
          {OUTCOMES.map((outcome) => (
            <button
              key={outcome.result}
              type="button"
              class="outcome"
              data-tone={outcome.tone}
              onClick={() => setChosen(outcome)}
            >
              {outcome.label}
            </button>
          ))}
        </div>
      </section>
    )
  }
  return (
    <Confirm account={account} lead={lead} outcome={chosen} onBack={() => setChosen(null)} onDone={onDone} />
  )
}

interface ConfirmProps extends Props {
  outcome: Outcome
  onBack(): void
}

function Confirm({ account, lead, outcome, onBack, onDone }: ConfirmProps) {
  const [notes, setNotes] = useState('')
  const [followUp, setFollowUp] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const saving = useRef(false)
  const save = useRef<HTMLButtonElement>(null)
  useEffect(() => save.current?.focus({ preventScroll: true }), [])

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (saving.current) return // a second tap of a cold thumb
    saving.current = true
    try {
      await logKnock({
        account,
        leadId: lead.id,
        label: addressLine(lead),
        result: outcome.result,
        notes,
        followUpAt: fromLocalInput(followUp),
      })
    } catch (error) {
      saving.current = false
      setProblem('This knock is not saved: the phone could not store it. Free some space and save again.')
      throw error
    }
    say(`${outcome.label} saved`)
    onDone()
  }

  return (
    <form class="knock" aria-label={`Log: ${outcome.label}`} onSubmit={(event) => void submit(event)}>
      <div class="knock-chosen">
        <h3>{outcome.label}</h3>
        <button type="button" class="link" onClick={onBack}>
          Change
        </button>
      </div>
      {outcome.date && (
        <label class="field">
          {outcome.date} (optional)
          <input
            type="datetime-local"
            value={followUp}
            onInput={(event) => setFollowUp(event.currentTarget.value)}
          />
        </label>
      )}
      <label class="field">
        Note (optional)
        <textarea
          rows={2}
          maxLength={2000}
          value={notes}
          onInput={(event) => setNotes(event.currentTarget.value)}
        />
      </label>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button ref={save} type="submit" class="primary save">
        Save knock
      </button>
    </form>
  )
}
