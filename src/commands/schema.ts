import {Args} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {listSchemas, readSchema} from '../cli/reference/schemas.ts'
import {renderSchemas} from '../output/reference.ts'

export default class Schema extends XmppCommand {
  static override summary = 'Print the JSON Schema of a result'
  static override description =
    'Without a name, lists all schemas. "error" is the schema of a failure, "events" that of listen.'
  static override args = {
    name: Args.string({
      description: 'a command, such as roster list; or another schema',
      ignoreStdin: true,
      multiple: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> roster list > roster-list.schema.json',
  ]

  protected override needsPassword = () => false

  async run(): Promise<object> {
    const {args} = await this.parse(Schema)
    const {root} = this.config
    if (args.name !== undefined && args.name.length > 0) {
      const schema = readSchema(root, args.name)
      await this.text(JSON.stringify(schema, null, 2))
      return schema
    }
    const schemas = listSchemas(root)
    await this.text(await renderSchemas(schemas, this.terminal()))
    return {schemas}
  }
}
