import type { View } from '../lib/router'
import { Icon, type IconName } from './Icon'

const TABS: readonly { view: View; label: string; icon: IconName }[] = [
  { view: 'leads', label: 'List', icon: 'list' },
  { view: 'map', label: 'Map', icon: 'map' },
  { view: 'outbox', label: 'Outbox', icon: 'outbox' },
  { view: 'account', label: 'Account', icon: 'person' },
]

export function TabBar({ view, waiting }: { view: View; waiting: number }) {
  return (
    <nav class="tabs" aria-label="Views">
      {TABS.map((tab) => (
        <a key={tab.view} href={`#/${tab.view}`} aria-current={tab.view === view ? 'page' : undefined}>
          <span class="tab-icon">
            <Icon name={tab.icon} />
            {tab.view === 'outbox' && waiting > 0 && (
              <span class="badge" aria-hidden="true">
                {waiting}
              </span>
            )}
          </span>
          {tab.label}
        </a>
      ))}
    </nav>
  )
}
