/** How stages look. What a stage means, and how one leads to another, is the server's. */

interface Look {
  label: string
  color: string
}

const LOOKS: Record<string, Look> = {
  COLD: { label: 'Cold', color: '#3f6ea8' },
  CONTACTED: { label: 'Contacted', color: '#0f8a8a' },
  FOLLOW_UP: { label: 'Follow up', color: '#c26a00' },
  SCHEDULED: { label: 'Scheduled', color: '#7a4fb5' },
  WON: { label: 'Won', color: '#23803f' },
  LOST: { label: 'Lost', color: '#7b8086' },
  NOT_QUALIFIED: { label: 'Not qualified', color: '#5b4a42' },
}

export const OTHER_COLOR = '#555b61'

/** "SOME_NEW_CODE" → "Some new code": a code that is newer than this app still reads. */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const stageLabel = (stage: string): string => LOOKS[stage]?.label ?? words(stage)
export const stageColor = (stage: string): string => LOOKS[stage]?.color ?? OTHER_COLOR
export const knownStages = (): readonly string[] => Object.keys(LOOKS)

/** Stages in the pipeline's order, those this app does not know last. */
export function inOrder(stages: Iterable<string>): string[] {
  const rank = (stage: string): number => {
    const at = knownStages().indexOf(stage)
    return at < 0 ? knownStages().length : at
  }
  return [...stages].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}
