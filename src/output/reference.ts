/** The lists of commands and of JSON Schemas. */
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'

export const renderCommandList = (
  commands: {name: string; summary: string}[],
  terminal: Terminal,
): Promise<string> =>
  renderTable(
    ['Command', 'Summary'],
    commands.map(({name, summary}) => [name, summary]),
    terminal,
  )

export const renderSchemas = (
  schemas: {name: string; title: string}[],
  terminal: Terminal,
): Promise<string> =>
  renderTable(
    ['Schema', 'Contents'],
    schemas.map(({name, title}) => [name, title]),
    terminal,
  )
