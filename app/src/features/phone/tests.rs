mod forward;
mod groups;
mod model;
mod talk;
