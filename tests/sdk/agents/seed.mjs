// The samples of the published client's guide as they stand there: `send <kind>` sends one; each answer is said.
import { AgentClient } from 'widget-agents';

const client = AgentClient.fromEnv();

const SAMPLES = {
  async confirm(message, agent) {
    await agent.sendConfirmWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "confirm-delete-cache",
      title: "Delete local cache?",
      body: "The agent will remove generated cache files from this machine.",
      danger: true,
      labels: { yes: "Delete", no: "Keep files" },
    });
  },
  async choice(message, agent) {
    await agent.sendChoiceWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "choose-export-format",
      title: "Choose export format",
      body: "The agent will generate the selected file type.",
      options: [
        { id: "pdf", label: "PDF" },
        { id: "docx", label: "Word document" },
        { id: "md", label: "Markdown" },
      ],
    });
  },
  async choices(message, agent) {
    await agent.sendChoiceWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "choose-checks",
      title: "Choose checks to run",
      multi: true,
      options: [
        { id: "lint", label: "Lint" },
        { id: "test", label: "Tests" },
        { id: "build", label: "Build" },
      ],
    });
  },
  async permission(message, agent) {
    await agent.sendPermissionWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "allow-folder-read",
      title: "Allow folder read?",
      body: "The agent wants to inspect files in ./docs before answering.",
      scopes: ["once", "session"],
    });
  },
  async form(message, agent) {
    await agent.sendFormWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "release-form",
      title: "Release details",
      body: "Fill this before the agent starts the release task.",
      submitLabel: "Start release",
      fields: [
        { name: "version", label: "Version", type: "text", required: true },
        { name: "priority", label: "Priority", type: "number", min: 1, max: 5 },
        { name: "notes", label: "Notes", type: "textarea" },
        { name: "announce", label: "Announce in chat", type: "checkbox" },
      ],
    });
  },
  async progress(message, agent) {
    const progressId = await agent.sendProgressWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "build-progress",
      title: "Building project",
      body: "The agent is running install, tests, and build.",
      value: 10,
      max: 100,
      cancellable: true,
    });

    await agent.sendWidgetUpdate({
      conversationId: message.conversationId,
      to: message.from,
      ref: progressId,
      spec: { value: 75, body: "Running tests" },
    });
  },
  async datetime(message, agent) {
    await agent.sendDateTimeWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "schedule-review",
      title: "Schedule review",
      body: "Pick a review date.",
      mode: "date",
      min: "2026-05-23",
    });
  },
  async 'file-picker'(message, agent) {
    await agent.sendFilePickerWidget({
      conversationId: message.conversationId,
      to: message.from,
      id: "upload-brief",
      title: "Upload project brief",
      body: "Attach the PDF or Markdown brief the agent should read.",
      multiple: true,
      accept: ["application/pdf", ".md"],
      maxFiles: 3,
    });
  },
};

client.onMessage(async (message, agent) => {
  if (!message.widgetResponse) return SAMPLES[message.text.replace('send ', '')](message, agent);

  const { ref, value, cancelled } = message.widgetResponse;
  if (cancelled) {
    await agent.sendMessage({
      conversationId: message.conversationId,
      to: message.from,
      text: `Cancelled: ${ref}`,
    });
    return;
  }

  const files = [];
  if (message.widgetResponse?.ref === "upload-brief") {
    for (const file of message.attachments) {
      files.push([file.name, file.mime, file.size]);
    }
  }
  await agent.reply(message, `= ${JSON.stringify([ref, value, files])}`);
});

await client.connect();
