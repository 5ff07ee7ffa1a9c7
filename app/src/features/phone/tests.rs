mod forward;
mod group_world;
mod groups;
mod model;
mod talk;
