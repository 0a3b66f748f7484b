import 'fake-indexeddb/auto'

// Node 20 has no navigator; an empty one is a browser without Web Locks.
if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {} })
