// git-skillsync: written by 'git skillsync auto enable', removed by 'git skillsync auto disable'.
export const GitSkillsync = async ({ $, directory }) => {
  const tell = (trigger) =>
    $`git skillsync hook --harness opencode ${trigger} < /dev/null`.cwd(directory).quiet().nothrow()
  return {
    event: async ({ event }) => {
      if (event.type === "session.created") await tell("session-start")
    },
    "chat.message": async () => {
      await tell("prompt")
    },
  }
}
