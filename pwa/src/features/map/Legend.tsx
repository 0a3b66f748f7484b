import { inOrder, stageColor, stageLabel } from '../leads/stages'

export function Legend({ stages }: { stages: ReadonlySet<string> }) {
  return (
    <ul class="legend" role="list" aria-label="Colours of the stages">
      {inOrder(stages).map((stage) => (
        <li key={stage}>
          <span class="dot" style={{ background: stageColor(stage) }} />
          {stageLabel(stage)}
        </li>
      ))}
    </ul>
  )
}
