/** Without the messages of oclif about itself, which DEBUG=* of another program would print on stderr. */
export default () => () => {}
