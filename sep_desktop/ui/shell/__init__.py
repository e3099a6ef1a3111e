"""The window itself: start, unlock, navigation, lock, stop."""
