"""The room of sandboxed widgets: their frames, what they may ask of the page around them, and grants."""

from django.apps import AppConfig


class FramesConfig(AppConfig):
    """Registers the manifest's block, what scripts may ask for, people's answers, and the network log's upkeep."""

    name = "sandbox.frames"
    label = "frames"
    verbose_name = "Sandboxed widgets"

    def ready(self) -> None:
        """Fill the registries of the rooms below, and this room's own."""
        from sandbox.frames import checks, receivers  # noqa: F401  (checks registers itself)
        from sandbox.frames.actions.network import prune_network_log
        from sandbox.frames.block import SANDBOX_BLOCK
        from sandbox.frames.capabilities import capabilities
        from sandbox.frames.kinds import frame_kinds
        from sandbox.frames.methods import network, notes, storage, workspace
        from sandbox.frames.script_kind import SCRIPT_KIND
        from sandbox.frames.serializers import own_grants
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.live.builtin_streams import add_user_snapshot
        from widgets_manager.packages.blocks import package_blocks

        frame_kinds.register(SCRIPT_KIND)
        package_blocks.register(SANDBOX_BLOCK.name, SANDBOX_BLOCK)
        for capability in (*workspace.METHODS, *notes.METHODS, *network.METHODS, *storage.METHODS):
            capabilities.register(capability)
        add_user_snapshot("grants", own_grants)
        register_periodic("sandbox.network_log", 3600, prune_network_log)
        receivers.connect()
