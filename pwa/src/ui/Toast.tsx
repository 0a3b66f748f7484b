import { useEffect } from 'preact/hooks'
import { useValue, value } from '../lib/value'

const message = value<{ text: string } | null>(null)
const SHOWN_MS = 4_000

/** Says something for a few seconds, also to a screen reader. */
export function say(text: string): void {
  message.set({ text })
}

export function Toast() {
  const current = useValue(message)
  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => message.set(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <div class="toast" role="status" aria-live="polite" data-shown={current !== null}>
      {current?.text}
    </div>
  )
}
