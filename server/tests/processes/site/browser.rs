//! The installation as the browser of its administrator meets it.
use super::{EMAIL, PASSWORD, Site};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

impl Site {
    fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// As the cockpit calls.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let request = self.http.request(method, url).header("host", self.host());
        request.header("accept", "application/json")
    }

    /// The cookie of a sign-in by the password of [`PASSWORD`].
    pub async fn sign_in(&self) -> String {
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let request = self.request(Method::POST, "/rpc/sign_in").form(&form);
        let answer = request.send().await.expect("serve answers");
        assert!(answer.status().is_success(), "{}", answer.status());
        // the session, and the device that is known from now on
        let cookies = answer.headers().get_all("set-cookie").iter();
        let pairs: Vec<&str> = cookies
            .filter_map(|c| c.to_str().ok()?.split(';').next())
            .collect();
        pairs.join("; ")
    }

    /// Calls a server function without arguments.
    pub async fn rpc(&self, cookie: &str, name: &str) -> StatusCode {
        let request = self.request(Method::POST, &format!("/rpc/{name}"));
        let request = request
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        request.send().await.expect("serve answers").status()
    }

    /// Calls a server function with these fields, which succeeds; answers what it says.
    pub async fn form(&self, cookie: &str, name: &str, fields: &[(&str, &str)]) -> Value {
        let request = self.request(Method::POST, &format!("/rpc/{name}"));
        let answer = request
            .header("cookie", cookie)
            .form(fields)
            .send()
            .await
            .expect("serve answers");
        assert!(answer.status().is_success(), "{name}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// A page as the administrator gets it.
    pub async fn page(&self, cookie: &str, path: &str) -> String {
        let request = self.http.get(format!("http://127.0.0.1:{}{path}", self.port));
        let request = request.header("host", self.host()).header("cookie", cookie);
        let answer = request.send().await.expect("serve answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.expect("a body")
    }
}
