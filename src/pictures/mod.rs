//! Places for pictures, computed from stable ids so that the same estate always looks the same.
