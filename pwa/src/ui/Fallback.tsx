import { Component, type ComponentChildren } from 'preact'

interface State {
  failed: boolean
}

/** What shows when the app itself fails, most often because the browser refuses it storage. */
export class Fallback extends Component<{ children: ComponentChildren }, State> {
  override state: State = { failed: false }

  override componentDidCatch(error: unknown): void {
    console.error('The app failed.', error)
    this.setState({ failed: true })
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main class="sign-in">
        <h1>Outbound stopped</h1>
        <p>
          What you logged is still on this phone. Reload; if this comes back, check that the browser may store
          data for this site and is not in a private window.
        </p>
        <button type="button" class="primary" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    )
  }
}
