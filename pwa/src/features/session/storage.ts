/** Asks the browser not to clear this phone's copy when space runs short. Returns whether it agreed. */
export async function keepStorage(): Promise<boolean> {
  if (!('storage' in navigator) || !('persist' in navigator.storage)) return false
  return (await navigator.storage.persisted()) || navigator.storage.persist()
}
