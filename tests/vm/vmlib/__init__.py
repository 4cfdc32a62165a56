"""Real Debian guests under QEMU: built, cached, booted, snapshotted, and asked how they came back."""
