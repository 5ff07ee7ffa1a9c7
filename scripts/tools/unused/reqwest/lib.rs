//! Stands in for reqwest, with which cargo-leptos downloads tools: `no_downloads` is on, and every request fails.

use std::convert::Infallible;
use std::fmt;

#[derive(Debug)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this cargo-leptos downloads nothing")
    }
}

impl std::error::Error for Error {}

pub async fn get(_: &str) -> Result<Response, Error> {
    Err(Error)
}

/// There is never one.
pub struct Response(Infallible);

impl Response {
    pub fn status(&self) -> StatusCode {
        match self.0 {}
    }

    pub async fn bytes(self) -> Result<bytes::Bytes, Error> {
        match self.0 {}
    }

    pub async fn json<T>(self) -> Result<T, Error> {
        match self.0 {}
    }
}

pub struct StatusCode(Infallible);

impl StatusCode {
    pub fn is_success(&self) -> bool {
        match self.0 {}
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}

#[derive(Default)]
pub struct ClientBuilder;

impl ClientBuilder {
    pub fn user_agent(self, _: &str) -> Self {
        self
    }

    pub fn build(self) -> Result<Client, Error> {
        Ok(Client)
    }
}

#[derive(Default)]
pub struct Client;

impl Client {
    pub fn get(&self, _: String) -> Request {
        Request
    }
}

pub struct Request;

impl Request {
    pub async fn send(self) -> Result<Response, Error> {
        Err(Error)
    }
}
