import './styles/base.css'
import './styles/shell.css'
import './styles/leads.css'
import './styles/sheet.css'
import './styles/map.css'
import { render } from 'preact'
import { App } from './app'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no element with the id "app".')
render(<App />, root)
