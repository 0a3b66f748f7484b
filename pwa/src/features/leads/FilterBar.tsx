import { useMemo } from 'preact/hooks'
import type { Lead } from '../../api/leads'
import { Icon } from '../../ui/Icon'
import { countByStage, type Filter, type Order } from './filter'
import { inOrder, stageColor, stageLabel } from './stages'

interface Props {
  leads: readonly Lead[]
  shown: number
  filter: Filter
  onChange(next: Filter): void
}

function toggled(stages: ReadonlySet<string>, stage: string): ReadonlySet<string> {
  const next = new Set(stages)
  if (!next.delete(stage)) next.add(stage)
  return next
}

export function FilterBar({ leads, shown, filter, onChange }: Props) {
  const counts = useMemo(() => countByStage(leads), [leads])
  const stages = inOrder(new Set([...counts.keys(), ...filter.stages]))
  return (
    <div class="filters" role="search" aria-label="Leads">
      <div class="search-row">
        <label class="search">
          <Icon name="search" size={18} />
          <span class="visually-hidden">Search name, address or phone</span>
          <input
            type="search"
            placeholder="Search"
            value={filter.text}
            onInput={(event) => onChange({ ...filter, text: event.currentTarget.value })}
          />
        </label>
        <label class="order">
          <span class="visually-hidden">Order</span>
          <select
            value={filter.order}
            onChange={(event) => onChange({ ...filter, order: event.currentTarget.value as Order })}
          >
            <option value="due">By due date</option>
            <option value="street">By street</option>
          </select>
        </label>
      </div>
      <div class="chips" role="group" aria-label="Stages">
        <button
          type="button"
          class="chip"
          aria-pressed={filter.mine}
          onClick={() => onChange({ ...filter, mine: !filter.mine })}
        >
          Mine
        </button>
        {stages.map((stage) => (
          <button
            key={stage}
            type="button"
            class="chip"
            aria-pressed={filter.stages.has(stage)}
            onClick={() => onChange({ ...filter, stages: toggled(filter.stages, stage) })}
          >
            <span class="dot" style={{ background: stageColor(stage) }} />
            {stageLabel(stage)} <span class="count">{counts.get(stage) ?? 0}</span>
          </button>
        ))}
      </div>
      <p class="visually-hidden" role="status">
        {shown} leads shown
      </p>
    </div>
  )
}
