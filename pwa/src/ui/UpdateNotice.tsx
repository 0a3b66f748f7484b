import { useEffect, useState } from 'preact/hooks'
import { registerSW } from 'virtual:pwa-register'

/** Installs the service worker, and offers a new version when the rep has a hand free for it. */
export function UpdateNotice() {
  const [update, setUpdate] = useState<(() => void) | null>(null)
  useEffect(() => {
    const apply = registerSW({ onNeedRefresh: () => setUpdate(() => () => void apply(true)) })
  }, [])
  if (!update) return null
  return (
    <div class="update" role="status">
      <span>A new version is ready.</span>
      <button type="button" class="link" onClick={update}>
        Update now
      </button>
    </div>
  )
}
