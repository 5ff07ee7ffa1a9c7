mod forward;
mod model;
mod talk;
